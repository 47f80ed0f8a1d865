{# A group's rows, one after the other in the order of `row`'s first value, reduced to one struct of the same values: `step` says
   which of them are made of `acc`, the struct so far, and `x`, the next row; the others are the next row's. The struct begins
   as the first row. sqlfluff reads no other lambda of two than the arrow. #}
{% macro reduced(row, step) -%}
{%- set next = {} -%}
{%- for name in row %}{% do next.update({name: step.get(name, 'x.' ~ name)}) %}{% endfor -%}
{{ adapter.dispatch('reduced')(struct_of(row), '(acc, x) -> ' ~ struct_of(next)) }}
{%- endmacro %}
{% macro duckdb__reduced(row, step) %}list_reduce(list_sort(list({{ row }})), {{ step }}){% endmacro %}
{% macro spark__reduced(row, step) -%}
{%- set rows = 'array_sort(collect_list(' ~ row ~ '))' -%}
aggregate(slice({{ rows }}, 2, size({{ rows }})), {{ rows }}[0], {{ step }})
{%- endmacro %}
