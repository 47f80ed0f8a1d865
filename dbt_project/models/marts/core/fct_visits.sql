with kept as (
  select k.visit_id, k.appointment_id
  from {{ ref('int_appointments_kept') }} k
  join {{ ref('int_appointments') }} a on a.appointment_id = k.appointment_id
  qualify row_number() over (partition by k.visit_id order by a.for_at nulls last, a.appointment_id) = 1
)

select
  v.visit_id,
  v.customer_id,
  v.lead_id,
  v.store_id,
  {{ known_employee('v.employee_id') }} as employee_id,
  {{ known_consultant('v.employee_id') }} as consultant_key,
  k.appointment_id,
  cast(
    row_number() over (partition by v.lead_id order by v.arrived_at nulls last, v.visit_id) as {{ t('int') }}
  ) as visit_no,
  k.appointment_id is null as is_walk_in,
  v.arrived_at,
  v.left_at,
  {{ local_day('v.arrived_at') }} as visit_day,
  v.test_drive_at,
  v.test_drive_ended_at
from {{ ref('int_visits') }} v
left join kept k on k.visit_id = v.visit_id
{{ consultant_at('v.employee_id', 'v.arrived_at') }}
