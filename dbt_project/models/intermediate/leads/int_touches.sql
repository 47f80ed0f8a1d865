{{ config(materialized='view') }}
with calls as (
  select
    case when hotline_platform is not null then 'submission:' || call_key end as record_key,
    call_key as touch_key,
    line_store_id as stated_store_id,
    crm_lead_id,
    case when customer_phone_class = 'mobile' then {{ customer_key('phone') }} end as phone_key,
    employee_id,
    'call' as channel,
    case when is_outbound then 'outbound' else 'inbound' end as direction,
    'phone' as surface,
    is_robot as is_automatic,
    is_outbound and not is_robot and (ring_seconds >= 10 or talk_seconds >= 10) as is_attempt,
    is_connected,
    system as tool,
    talk_seconds,
    ring_seconds,
    intent,
    began_at,
    answered_at,
    ended_at
  from {{ ref('int_calls') }}
  where not is_internal
),

touches as (
  select * from calls
  union all
  select
    record_key, touch_key, store_id, crm_lead_id, null, employee_id, channel, direction, surface, is_automatic,
    is_attempt, is_connected, 'care', talk_seconds, 0, null, began_at, case when is_connected then began_at end, ended_at
  from {{ ref('int_care_touches') }}
),

customers as (
  select record_key, customer_id
  from {{ ref('int_record_customers') }}
  where record_key like 'touch:%' or record_key like 'submission:%'
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
    coalesce(c.stated_store_id, s.store_id, ref_lead.store_id, 'unknown') as store_id,
    s.consultant_key
  from touches c
  left join customers own on own.record_key = c.record_key
  left join {{ ref('int_customer_ids') }} p on p.label = c.phone_key
  left join {{ ref('int_crm_lead_leads') }} ref_lead on ref_lead.crm_lead_id = c.crm_lead_id
  left join submitted sub on sub.record_key = c.record_key
  left join staff s
    on s.employee_id = c.employee_id and c.began_at >= s.valid_from_at and c.began_at < s.valid_to_at
),

lookup as (
  select * from {{ ref('int_lead_lookup') }}
),

at_the_store as (
  select p.*, coalesce(p.linked_lead_id, k.lead_id) as store_lead_id
  from placed p
  left join lookup k
    on k.customer_id = case when p.linked_lead_id is null then p.phone_customer_id end and k.store_id = p.store_id
    and p.began_at >= k.received_at and p.began_at < k.valid_to_at
),

led as (
  select s.*, coalesce(s.store_lead_id, k.lead_id) as lead_id
  from at_the_store s
  left join lookup k
    on k.customer_id = case when s.store_lead_id is null and s.stated_store_id is null then s.phone_customer_id end
    and s.began_at >= k.received_at and s.began_at < k.valid_anywhere_to_at
)

select
  t.touch_key as touch_id,
  coalesce(l.customer_id, t.phone_customer_id) as customer_id,
  t.lead_id,
  t.store_id,
  t.employee_id,
  case
    when t.employee_id in ('unassigned', 'unmatched') then t.employee_id
    else coalesce(t.consultant_key, 'unmatched')
  end as consultant_key,
  t.channel,
  t.direction,
  t.surface,
  t.is_automatic,
  t.is_attempt,
  t.is_connected as connected,
  t.tool,
  t.talk_seconds,
  t.ring_seconds,
  t.intent,
  t.began_at,
  t.answered_at,
  t.ended_at
from led t
left join {{ ref('int_leads') }} l on l.lead_id = t.lead_id
