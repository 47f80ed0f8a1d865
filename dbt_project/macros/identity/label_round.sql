{# Two steps of contraction: of all labels that a key ties together the least stands for the others, and new labels are
   hashed anew, so that each step draws lots afresh and no chain, ring or tree of any order is slow: a step halves the
   labels, ten models see a million of them end in one. Keys that tie nothing together any more are left out, so that
   rounds shrink. Rows: a label before (`was`) and after, and the keys it had (after Bögeholz, Brand, Todor,
   "In-database connected component analysis", 2020). A round is a model of its own because engines plan chains badly. #}
{% macro label_round(previous) %}
with tied as (
  select label as was, key
  from (
    select label, key, min(label) over (partition by key) as least, max(label) over (partition by key) as greatest
    from {{ previous }}
  ) labels
  where least <> greatest
  group by label, key
),

{% for step in [1, 2] %}
{%- set edges = 'tied' if step == 1 else 'edges' -%}
least_{{ step }} as (
  select key, min(was) as label from {{ edges }} group by key
),

step_{{ step }} as (
  select e.was, md5(min(l.label)) as label
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
