{# An instant as epoch microseconds: exact arithmetic on both engines. #}
{% macro epoch_us(x) %}{{ adapter.dispatch('epoch_us')(x) }}{% endmacro %}
{% macro duckdb__epoch_us(x) %}epoch_us({{ x }}){% endmacro %}
{% macro spark__epoch_us(x) %}unix_micros({{ x }}){% endmacro %}
