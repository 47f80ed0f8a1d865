{# A time of day, however its system writes it (`9:00`, `09:00:00`), as `HH:MM`. #}
{% macro clock(x) -%}
case when {{ x }} like '_:%' then '0' || substr({{ x }}, 1, 4) else substr({{ x }}, 1, 5) end
{%- endmacro %}
