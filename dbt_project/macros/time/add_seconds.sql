{# An instant so many seconds later; keeps microseconds on both engines. Null beyond some three thousand years, as where a
   vendor tells a duration that is none. #}
{% macro add_seconds(at, seconds) -%}
{%- set told = "cast(" ~ seconds ~ " as double)" -%}
{{ ts_from_epoch_us(
  epoch_us(at) ~ " + cast(case when " ~ told ~ " between -1e11 and 1e11 then " ~ told ~ " * 1000000 end as bigint)"
) }}
{%- endmacro %}
