select
  r.record_key,
  r.store_id,
  coalesce(i.customer_id, 'unknown') as customer_id,
  r.crm_lead_id,
  r.recorded_at
from {{ ref('int_customer_records') }} r
left join {{ ref('int_customer_ids') }} i on i.label = r.label
