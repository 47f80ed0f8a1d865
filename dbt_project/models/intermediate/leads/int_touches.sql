with calls as (
  select
    *,
    case when hotline_platform is null then 'call:' else 'submission:' end || call_key as record_key
  from {{ ref('int_calls') }}
  where not is_internal
),

customers as (
  select record_key, customer_id from {{ ref('int_record_customers') }}
),

phones as (
  select distinct k.key, i.customer_id
  from {{ ref('int_customer_components') }} k
  join {{ ref('int_customer_ids') }} i on i.component = k.component
  where k.key like 'phone:%'
),

submitted as (
  select record_key, lead_id, store_id from {{ ref('int_lead_steps') }} where kind = 'submission'
),

staff as (
  select * from {{ ref('dim_consultant') }} where employee_id not in ('unassigned', 'unmatched')
),

placed as (
  select
    c.*,
    coalesce(own.customer_id, p.customer_id, 'unknown') as phone_customer_id,
    coalesce(ref_lead.lead_id, sub.lead_id) as linked_lead_id,
    coalesce(c.line_store_id, s.store_id, ref_lead.store_id, 'unknown') as store_id,
    s.consultant_key
  from calls c
  left join customers own on own.record_key = c.record_key
  left join phones p on p.key = 'phone:' || c.customer_phone_token and c.customer_phone_class = 'mobile'
  left join {{ ref('int_crm_lead_leads') }} ref_lead on ref_lead.crm_lead_id = c.crm_lead_id
  left join submitted sub on sub.record_key = c.record_key
  left join staff s
    on s.employee_id = c.employee_id and c.began_at >= s.valid_from_at and c.began_at < s.valid_to_at
),

led as (
  select p.*, coalesce(p.linked_lead_id, k.lead_id) as lead_id
  from placed p
  left join {{ ref('int_lead_lookup') }} k
    on p.linked_lead_id is null
    and k.customer_id = p.phone_customer_id and k.store_id = p.store_id
    and p.began_at >= k.received_at and p.began_at < k.valid_to_at
)

select
  t.call_key as touch_id,
  coalesce(l.customer_id, t.phone_customer_id) as customer_id,
  t.lead_id,
  t.store_id,
  t.employee_id,
  case
    when t.employee_id in ('unassigned', 'unmatched') then t.employee_id
    else coalesce(t.consultant_key, 'unmatched')
  end as consultant_key,
  case when t.is_outbound then 'outbound' else 'inbound' end as direction,
  t.is_robot as is_automatic,
  t.is_outbound and not t.is_robot and (t.ring_seconds >= 10 or t.talk_seconds >= 10) as is_attempt,
  t.is_connected as connected,
  t.system as tool,
  t.talk_seconds,
  t.ring_seconds,
  t.intent,
  t.began_at,
  t.answered_at,
  t.ended_at
from led t
left join {{ ref('int_leads') }} l on l.lead_id = t.lead_id
