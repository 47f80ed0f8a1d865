{# A customer's keys go by the store a record names, known or not; all else by this one. #}
select
  r.record_key,
  {{ known_store() }} as store_id,
  coalesce(i.customer_id, 'unknown') as customer_id,
  r.crm_lead_id,
  r.recorded_at
from {{ ref('int_customer_records') }} r
left join {{ ref('int_customer_ids') }} i on i.label = r.label
{{ store_named('r.store_id') }}
