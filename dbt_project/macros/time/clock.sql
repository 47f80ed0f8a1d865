{# A time of day, however its system writes it (`9:00`, `09:00:00`; `24:00` is the day's end), as `HH:MM`; null where it is
   none. #}
{% macro clock(x) -%}
case
  when {{ regexp_has(x, '^[0-9]:[0-5][0-9]') }} then '0' || substr({{ x }}, 1, 4)
  when {{ regexp_has(x, '^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)') }} then substr({{ x }}, 1, 5)
end
{%- endmacro %}
