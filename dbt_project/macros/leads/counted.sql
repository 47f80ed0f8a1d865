{# Rows of a relation with a lead, counted by one of its business days at its store under the lead's platform, test leads
   apart. `counts` gives the condition of each of the `measures` that are counted; the others are 0. #}
{% macro counted(relation, day, counts, measures) %}
select
  x.{{ day }} as date_day,
  x.store_id,
  l.platform,
  0 as submissions,
  0 as leads_received
  {%- for measure in measures %},
  {% if measure in counts %}count(case when {{ counts[measure] }} then 1 end){% else %}0{% endif %} as {{ measure }}
  {%- endfor %}
from {{ relation }} x
join {{ ref('int_leads') }} l on l.lead_id = x.lead_id
where not l.is_test and x.{{ day }} is not null and ({{ counts.values() | join(' or ') }})
group by x.{{ day }}, x.store_id, l.platform
{% endmacro %}
