{# The value at a path of JSON text (`a.b`, `[0].a`) as text; JSON null is null. #}
{% macro json_text(col, path) -%}
{{ adapter.dispatch('json_text')(col, ('$' if path.startswith('[') else '$.') ~ path) }}
{%- endmacro %}
{% macro duckdb__json_text(col, path) %}({{ col }} ->> '{{ path }}'){% endmacro %}
{% macro spark__json_text(col, path) %}get_json_object({{ col }}, '{{ path }}'){% endmacro %}
