{# Rows of a relation with a lead, counted by business day under the lead's store and platform; test leads apart. #}
{% macro counted(measure, day, relation, condition='true') %}
select {{ local_day('x.' ~ day) }} as date_day, l.store_id, l.platform, '{{ measure }}' as measure, count(*) as n
from {{ relation }} x
join {{ ref('int_leads') }} l on l.lead_id = x.lead_id
where not l.is_test and x.{{ day }} is not null and {{ condition }}
group by {{ local_day('x.' ~ day) }}, l.store_id, l.platform
{% endmacro %}
