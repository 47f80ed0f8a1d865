{# The employee who held a vendor's account at an instant: rows of `relation` with `employee_id`, 'unmatched' where nobody
   did. #}
{% macro held_by(relation, system, token, at) %}
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
{% endmacro %}
