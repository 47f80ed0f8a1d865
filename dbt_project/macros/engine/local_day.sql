{# The business date of an instant. #}
{% macro local_day(x, tz='Asia/Shanghai') %}{{ adapter.dispatch('local_day')(x, tz) }}{% endmacro %}
{% macro duckdb__local_day(x, tz) %}cast(({{ x }} at time zone '{{ tz }}') as date){% endmacro %}
{% macro spark__local_day(x, tz) %}cast(from_utc_timestamp({{ x }}, '{{ tz }}') as date){% endmacro %}
