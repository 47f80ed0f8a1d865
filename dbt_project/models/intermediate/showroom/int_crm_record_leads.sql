{# The lead of each appointment, visit, order and delivery: the one a visit or an order opened or joined; of the others the one
   their reference names, else the customer's lead at the store received last before it. #}
with records as (
  select * from {{ ref('int_record_customers') }}
  where record_key like 'appointment:%' or record_key like 'visit:%' or record_key like 'order:%'
    or record_key like 'delivery:%'
),

linked as (
  select * from {{ ref('int_crm_lead_leads') }}
),

stepped as (
  select record_key, lead_id from {{ ref('int_lead_steps') }} where kind in ('visit', 'order')
),

found as (
  select
    r.record_key,
    r.store_id,
    r.customer_id,
    coalesce(s.lead_id, l.lead_id, k.lead_id) as lead_id
  from records r
  left join stepped s on s.record_key = r.record_key
  left join linked l on l.crm_lead_id = r.crm_lead_id
  left join {{ ref('int_lead_lookup') }} k
    on k.customer_id = r.customer_id and k.store_id = r.store_id
    and r.recorded_at >= k.received_at and r.recorded_at < k.valid_to_at
)

select f.record_key, f.store_id, coalesce(i.customer_id, f.customer_id) as customer_id, f.lead_id
from found f
left join {{ ref('int_leads') }} i on i.lead_id = f.lead_id
