{# The instant at which a business date begins. #}
{% macro local_midnight(day) %}{{ adapter.dispatch('local_midnight')(day) }}{% endmacro %}
{# Without DuckDB's time zone tables where eight hours do, as in local_day. #}
{% macro duckdb__local_midnight(day) -%}
case
  when {{ day }} > date '1991-09-15' and {{ day }} < date 'infinity'
    then make_timestamptz(epoch_us(cast({{ day }} as timestamp)) - 28800000000)
  else cast({{ day }} as timestamp) at time zone 'Asia/Shanghai'
end
{%- endmacro %}
{% macro spark__local_midnight(day) %}to_utc_timestamp(cast({{ day }} as timestamp), 'Asia/Shanghai'){% endmacro %}
