{# The last value that is not null, over a window. #}
{% macro last_known(x) %}{{ adapter.dispatch('last_known')(x) }}{% endmacro %}
{% macro duckdb__last_known(x) %}last_value({{ x }} ignore nulls){% endmacro %}
{% macro spark__last_known(x) %}last_value({{ x }}) ignore nulls{% endmacro %}
