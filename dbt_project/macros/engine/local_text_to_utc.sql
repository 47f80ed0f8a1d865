{# `YYYY-MM-DD HH:MM:SS` of Asia/Shanghai to an instant; null where it is no time. #}
{% macro local_text_to_utc(x) %}{{ adapter.dispatch('local_text_to_utc')(x) }}{% endmacro %}
{# Without DuckDB's time zone tables where eight hours do, as in local_day; a text is searched for a slash sooner than
   written anew. #}
{% macro duckdb__local_text_to_utc(x) -%}
{%- set at = "try_cast(case when contains(" ~ x ~ ", '/') then replace(" ~ x ~ ", '/', '-') else " ~ x ~ " end as timestamp)" -%}
case
  when {{ x }} >= '1992' and {{ x }} < '3' then make_timestamptz(epoch_us({{ at }}) - 28800000000)
  else {{ at }} at time zone 'Asia/Shanghai'
end
{%- endmacro %}
{% macro spark__local_text_to_utc(x) -%}
to_utc_timestamp(try_cast(replace({{ x }}, '/', '-') as timestamp), 'Asia/Shanghai')
{%- endmacro %}
