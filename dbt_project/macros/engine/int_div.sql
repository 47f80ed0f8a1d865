{# Whole division of whole numbers. #}
{% macro int_div(a, b) %}{{ adapter.dispatch('int_div')(a, b) }}{% endmacro %}
{% macro duckdb__int_div(a, b) %}(({{ a }}) // ({{ b }})){% endmacro %}
{% macro spark__int_div(a, b) %}(({{ a }}) div ({{ b }})){% endmacro %}
