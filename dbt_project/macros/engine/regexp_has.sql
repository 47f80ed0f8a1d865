{# Whether a pattern occurs anywhere in a text. #}
{% macro regexp_has(x, pattern) %}{{ adapter.dispatch('regexp_has')(x, pattern) }}{% endmacro %}
{% macro duckdb__regexp_has(x, pattern) %}regexp_matches({{ x }}, '{{ pattern }}'){% endmacro %}
{% macro spark__regexp_has(x, pattern) %}({{ x }} rlike r'{{ pattern }}'){% endmacro %}
