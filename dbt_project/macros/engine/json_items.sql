{# One row per element of a JSON list, as JSON; for the select list. #}
{% macro json_items(col) %}{{ adapter.dispatch('json_items')(col) }}{% endmacro %}
{% macro duckdb__json_items(col) %}unnest(cast({{ col }} as json[])){% endmacro %}
{% macro spark__json_items(col) -%}
explode(cast(variant_get(parse_json({{ col }}), '$', 'array<variant>') as array<string>))
{%- endmacro %}
