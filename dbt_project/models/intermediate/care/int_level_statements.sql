{# Every setting of a customer's level: those of the dealer's CRM, and changes on a lead of the lead system. Where both
   speak in one instant the CRM's comes last and holds. #}
with crm as (
  {{ newest_version(ref('stg_crm__level')) }}
),

wav as (
  select
    crm_lead_id,
    lead_level,
    updated_at,
    lag(lead_level) over (partition by crm_lead_id order by version_no) as level_before
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
    2 as rank
  from crm
  union all
  select
    'crm_lead:' || crm_lead_id, 'crm_lead:' || crm_lead_id, crm_lead_id, upper(trim(lead_level)), 'employee', null,
    null, updated_at, 1
  from wav
  where level_before is null or level_before <> lead_level
)

select
  s.record_key,
  c.customer_id,
  c.store_id,
  coalesce(l.lead_id, k.lead_id) as lead_id,
  s.level,
  s.set_by,
  s.suggested_level,
  s.next_follow_at,
  s.set_at,
  s.rank
from stated s
join {{ ref('int_record_customers') }} c on c.record_key = s.customer_key
left join {{ ref('int_crm_lead_leads') }} l on l.crm_lead_id = s.crm_lead_id
left join {{ ref('int_lead_lookup') }} k
  on k.customer_id = case when l.lead_id is null then c.customer_id end and k.store_id = c.store_id
  and s.set_at >= k.received_at and s.set_at < k.valid_to_at
where s.set_at is not null and s.level in ('H', 'A', 'B', 'C', 'N', 'O', 'D', 'T')
