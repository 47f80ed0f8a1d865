select
  a.appointment_id,
  a.lead_id,
  a.customer_id,
  a.store_id,
  {{ known_employee('a.employee_id') }} as employee_id,
  {{ known_consultant('a.employee_id') }} as consultant_key,
  k.visit_id,
  case
    when a.is_cancelled then 'cancelled'
    when k.kept_at is not null then 'kept'
    when {{ add_days(local_day('a.for_at'), 1) }} < {{ local_day('o.as_of') }} then 'missed'
    else 'set'
  end as status,
  not a.is_cancelled and a.for_at <= o.as_of as is_due,
  a.set_at,
  a.for_at,
  k.kept_at,
  {{ local_day('a.set_at') }} as set_day,
  {{ local_day('a.for_at') }} as for_day,
  {{ local_day('k.kept_at') }} as kept_day
from {{ ref('int_appointments') }} a
cross join {{ ref('int_as_of') }} o
left join {{ ref('int_appointments_kept') }} k on k.appointment_id = a.appointment_id
{{ consultant_at('a.employee_id', 'a.set_at') }}
