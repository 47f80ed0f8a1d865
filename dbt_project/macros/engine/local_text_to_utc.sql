{# `YYYY-MM-DD HH:MM:SS` in a time zone to an instant; null where it is no time. #}
{% macro local_text_to_utc(x, tz='Asia/Shanghai') %}{{ adapter.dispatch('local_text_to_utc')(x, tz) }}{% endmacro %}
{% macro duckdb__local_text_to_utc(x, tz) %}(try_cast(replace({{ x }}, '/', '-') as timestamp) at time zone '{{ tz }}'){% endmacro %}
{% macro spark__local_text_to_utc(x, tz) %}to_utc_timestamp(try_cast(replace({{ x }}, '/', '-') as timestamp), '{{ tz }}'){% endmacro %}
