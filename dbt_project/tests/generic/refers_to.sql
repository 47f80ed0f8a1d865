{# Every value of each column exists in the named column of the other model; no value is null.
   `keys` maps our column to its `ref` and `column` there: one test for all foreign keys of a table. #}
{% test refers_to(model, keys) %}
{% for column, target in keys.items() %}
select '{{ column }}' as foreign_key, cast(m.{{ column }} as {{ t('text') }}) as missing, count(*) as n
from {{ model }} m
where m.{{ column }} is null
  or not exists (select 1 from {{ target.to }} k where k.{{ target.column }} = m.{{ column }})
group by m.{{ column }}
{% if not loop.last %}union all{% endif %}
{% endfor %}
{% endtest %}
