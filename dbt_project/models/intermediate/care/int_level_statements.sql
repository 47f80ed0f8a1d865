{# Every setting of a customer's level: those of the dealer's CRM, and changes on a lead of the lead system. Where both
   speak in one instant the CRM's comes last and holds; of two of one system the one told last does. One dated before the lead
   that it names, as by a system that tells the day alone, is set when that came. #}
with crm as (
  {{ newest_version(ref('stg_crm__level')) }}
),

wav as (
  select crm_lead_id, lead_level, level_before, updated_at
  from {{ ref('int_crm_lead_versions') }}
  where lead_level is not null
),

stated as (
  select
    'level:' || record_key as record_key,
    'level:' || record_key as customer_key,
    crm_lead_id,
    upper(trim(level)) as level,
    set_by,
    upper(trim(suggested_level)) as suggested_level,
    next_follow_at,
    set_at,
    version_at as told_at,
    2 as rank
  from crm
  union all
  select
    'crm_lead:' || crm_lead_id, 'crm_lead:' || crm_lead_id, crm_lead_id, upper(trim(lead_level)), 'employee', null,
    null, updated_at as set_at, updated_at as told_at, 1
  from wav
  where level_before is null or level_before <> lead_level
),

placed as (
  select
    s.record_key,
    s.level,
    s.set_by,
    s.suggested_level,
    s.next_follow_at,
    s.told_at,
    s.rank,
    c.customer_id,
    c.store_id,
    coalesce(l.lead_id, k.lead_id) as lead_id,
    case when i.received_at > s.set_at then i.received_at else s.set_at end as set_at
  from stated s
  join {{ ref('int_record_customers') }} c on c.record_key = s.customer_key
  left join {{ ref('int_crm_lead_leads') }} l on l.crm_lead_id = s.crm_lead_id
  left join {{ ref('int_leads') }} i on i.lead_id = l.lead_id
  left join {{ ref('int_lead_lookup') }} k
    on k.customer_id = case when l.lead_id is null then c.customer_id end and k.store_id = c.store_id
    and s.set_at >= k.received_at and s.set_at < k.valid_to_at
  where s.set_at is not null and s.level in ('H', 'A', 'B', 'C', 'N', 'O', 'D', 'T')
),

holding as (
  select *
  from placed
  qualify row_number() over (
    partition by customer_id, store_id, lead_id, set_at, rank order by told_at desc, record_key desc
  ) = 1
),

-- What speech recognition last proposed for the lead, where the record itself holds no suggestion.
heard as (
  select p.record_key, p.set_at, upper(trim(c.suggested_level)) as suggested_level
  from holding p
  join {{ ref('fct_touches') }} t on t.lead_id = p.lead_id
  join {{ ref('int_calls') }} c on c.call_key = t.touch_id
  where c.suggested_level is not null and c.ended_at <= p.set_at
  qualify row_number() over (partition by p.record_key, p.set_at order by c.ended_at desc, c.call_key desc) = 1
)

select
  p.record_key,
  p.customer_id,
  p.store_id,
  p.lead_id,
  p.level,
  p.set_by,
  coalesce(p.suggested_level, h.suggested_level) as suggested_level,
  p.next_follow_at,
  p.set_at,
  p.told_at,
  p.rank
from holding p
left join heard h on h.record_key = p.record_key and h.set_at = p.set_at
