{# The person behind a record of a month (employee_id, month_start_date), known or `unmatched`, with the last store they
   worked in by the end of that month: who has left is paid what is still owed. `key` names a row of `relation`. #}
{% macro store_of_month(relation, key) %}
select
  r.{{ key }},
  coalesce(p.employee_id, 'unmatched') as employee_id,
  coalesce(c.consultant_key, 'unmatched') as consultant_key,
  coalesce(c.store_id, 'unknown') as store_id
from {{ relation }} r
left join {{ ref('int_employees') }} p on p.employee_id = r.employee_id
left join {{ ref('dim_consultant') }} c
  on
    c.employee_id = p.employee_id
    and {{ month_start('c.valid_from') }} <= r.month_start_date
qualify row_number() over (partition by r.{{ key }} order by c.valid_from desc nulls last, c.store_id) = 1
{% endmacro %}

{# The same on a business date (employee_id, date_day). #}
{% macro store_of_day(relation, key) %}
select
  r.{{ key }},
  coalesce(p.employee_id, 'unmatched') as employee_id,
  coalesce(c.consultant_key, 'unmatched') as consultant_key,
  coalesce(c.store_id, 'unknown') as store_id
from {{ relation }} r
left join {{ ref('int_employees') }} p on p.employee_id = r.employee_id
left join {{ ref('dim_consultant') }} c
  on
    c.employee_id = p.employee_id
    and c.valid_from <= r.date_day
    and coalesce(c.valid_to, {{ last_day() }}) > r.date_day
{% endmacro %}
