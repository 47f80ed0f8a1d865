{# A struct of named values: `values` gives the expression of each. #}
{% macro struct_of(values) %}{{ adapter.dispatch('struct_of')(values) }}{% endmacro %}
{% macro duckdb__struct_of(values) -%}
struct_pack({% for name, value in values.items() %}"{{ name }}" := {{ value }}{{ ', ' if not loop.last }}{% endfor %})
{%- endmacro %}
{% macro spark__struct_of(values) -%}
named_struct({% for name, value in values.items() %}'{{ name }}', {{ value }}{{ ', ' if not loop.last }}{% endfor %})
{%- endmacro %}
