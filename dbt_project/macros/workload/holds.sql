{# Whether a text holds a pattern of a seed, however either is written. #}
{% macro holds(x, pattern) %}{{ folded(x) }} like '%' || {{ folded(pattern) }} || '%'{% endmacro %}
