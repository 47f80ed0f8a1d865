{# The value at a dotted path of a JSON column as text; JSON null is null. #}
{% macro json_text(col, path) %}{{ adapter.dispatch('json_text')(col, path) }}{% endmacro %}
{% macro duckdb__json_text(col, path) %}({{ col }} ->> '$.{{ path }}'){% endmacro %}
{% macro spark__json_text(col, path) %}get_json_object({{ col }}, '$.{{ path }}'){% endmacro %}
