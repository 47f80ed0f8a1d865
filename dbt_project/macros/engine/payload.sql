{# JSON text taken apart once into a struct: `shape` gives each field as text, token (text too), json (left as it is) or a
   shape of its own. A field that is not there is null. #}
{% macro payload(column, shape) %}{{ adapter.dispatch('payload')(column, shape) }}{% endmacro %}
{% macro duckdb__payload(column, shape) -%}
json_transform({{ column }}, '{{ duckdb_struct(shape) }}')
{%- endmacro %}
{% macro spark__payload(column, shape) %}from_json({{ column }}, '{{ spark_struct(shape) }}'){% endmacro %}

{% macro duckdb_struct(shape) -%}
{
  {%- for name, of in shape.items() -%}
  "{{ name }}": {{ duckdb_struct(of) if of is mapping else '"JSON"' if of == 'json' else '"VARCHAR"' }}
  {{- ', ' if not loop.last }}
  {%- endfor -%}
}
{%- endmacro %}
{% macro spark_struct(shape) -%}
struct<
  {%- for name, of in shape.items() -%}
  `{{ name }}`: {{ spark_struct(of) if of is mapping else 'string' }}{{ ', ' if not loop.last }}
  {%- endfor -%}
>
{%- endmacro %}
