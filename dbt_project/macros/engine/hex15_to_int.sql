{# Fifteen hexadecimal digits to a whole number. #}
{% macro hex15_to_int(x) %}{{ adapter.dispatch('hex15_to_int')(x) }}{% endmacro %}
{% macro duckdb__hex15_to_int(x) %}cast('0x' || {{ x }} as bigint){% endmacro %}
{% macro spark__hex15_to_int(x) %}cast(conv({{ x }}, 16, 10) as bigint){% endmacro %}
