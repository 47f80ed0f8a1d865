{# One row per element of the JSON list at a path, as JSON; for the select list. #}
{% macro json_items(col, path) %}{{ adapter.dispatch('json_items')(col, path) }}{% endmacro %}
{% macro duckdb__json_items(col, path) %}unnest(cast(json_extract({{ col }}, '$.{{ path }}') as json[])){% endmacro %}
{% macro spark__json_items(col, path) -%}
explode(cast(variant_get(parse_json({{ col }}), '$.{{ path }}', 'array<variant>') as array<string>))
{%- endmacro %}
