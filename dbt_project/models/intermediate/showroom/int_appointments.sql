with newest as (
  {{ newest_version(ref('stg_crm__appointment')) }}
)

select
  'crm:' || n.record_key as appointment_id,
  l.lead_id,
  l.customer_id,
  l.store_id,
  coalesce(n.employee_id, 'unassigned') as employee_id,
  n.status = 'cancelled' as is_cancelled,
  n.set_at,
  n.for_at
from newest n
join {{ ref('int_crm_record_leads') }} l on l.record_key = 'appointment:' || n.record_key
