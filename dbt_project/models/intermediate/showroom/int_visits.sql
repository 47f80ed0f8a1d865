with newest as (
  {{ newest_version(ref('stg_crm__visit')) }}
)

select
  'crm:' || n.record_key as visit_id,
  l.lead_id,
  l.customer_id,
  l.store_id,
  coalesce(n.employee_id, 'unassigned') as employee_id,
  n.arrived_at,
  n.left_at,
  n.test_drive_started_at as test_drive_at,
  n.test_drive_ended_at
from newest n
join {{ ref('int_crm_record_leads') }} l on l.record_key = 'visit:' || n.record_key
where n.arrived_at is not null
