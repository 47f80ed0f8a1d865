{# The nearest value before (`lag`) or after (`lead`) a row that is not null, over a window. #}
{% macro nearest_known(function, x) %}{{ adapter.dispatch('nearest_known')(function, x) }}{% endmacro %}
{% macro duckdb__nearest_known(function, x) %}{{ function }}({{ x }} ignore nulls){% endmacro %}
{% macro spark__nearest_known(function, x) %}{{ function }}({{ x }}) ignore nulls{% endmacro %}
