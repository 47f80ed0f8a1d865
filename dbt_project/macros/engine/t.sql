{# The engine's type for one of our names: instant, text, int, double, day, bool, money, json. #}
{% macro t(name) %}{{ var(name) }}{% endmacro %}
