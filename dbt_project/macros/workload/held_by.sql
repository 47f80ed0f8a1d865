{# The employee who held a vendor's account at an instant: rows of `relation` with `employee_id` ('unmatched' where
   nobody did; the later holder where two periods overlap by mistake). `key` names a row of `relation`. #}
{% macro held_by(relation, key, system, token, at) %}
select
  r.*,
  coalesce(held.employee_id, 'unmatched') as employee_id
from {{ relation }} r
left join {{ ref('int_employee_accounts') }} held
  on
    held.system = {{ system }}
    and held.account_token = r.{{ token }}
    and r.{{ at }} >= held.valid_from_at
    and r.{{ at }} < held.valid_to_at
qualify row_number() over (partition by r.{{ key }} order by held.valid_from_at desc nulls last, held.employee_id) = 1
{% endmacro %}
