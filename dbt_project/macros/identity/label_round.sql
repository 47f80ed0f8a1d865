{# Two steps of contraction: of all labels that a key ties together the one of the least hash stands for the others, by
   that hash. Hashed anew in each step, they draw lots afresh, so that no chain, ring or tree of any order is slow: a step
   halves the labels, ten models see a million of them end in one. Keys that tie nothing together any more are left out,
   so that rounds shrink. Rows: a label before (`was`) and after, and the keys it had (after Bögeholz, Brand, Todor,
   "In-database connected component analysis", 2020). A round is a model of its own because engines plan chains badly. #}
{% macro label_round(previous) %}
with tied as (
  select label as was, key
  from {{ previous }}
  where key in (select key from {{ previous }} group by key having min(label) <> max(label))
  group by label, key
),

{% for step in [1, 2] %}
{%- set edges = 'tied' if step == 1 else 'edges' -%}
least_{{ step }} as (
  select key, min(md5(was)) as label from {{ edges }} group by key
),

step_{{ step }} as (
  select e.was, min(l.label) as label
  from {{ edges }} e
  join least_{{ step }} l on l.key = e.key
  group by e.was
),

{% if step == 1 -%}
edges as (
  select s.label as was, e.key
  from tied e
  join step_1 s on s.was = e.was
  group by s.label, e.key
),

{% endif %}
{%- endfor -%}
found as (
  select a.was, b.label
  from step_1 a
  join step_2 b on b.was = a.label
)

select e.was, f.label, e.key
from tied e
join found f on f.was = e.was
{% endmacro %}

{% macro label_rounds() %}{{ return(range(1, 11) | list) }}{% endmacro %}
