{# The instant at which a business date begins. #}
{% macro local_midnight(day, tz='Asia/Shanghai') %}{{ adapter.dispatch('local_midnight')(day, tz) }}{% endmacro %}
{% macro duckdb__local_midnight(day, tz) %}(cast({{ day }} as timestamp) at time zone '{{ tz }}'){% endmacro %}
{% macro spark__local_midnight(day, tz) %}to_utc_timestamp(cast({{ day }} as timestamp), '{{ tz }}'){% endmacro %}
