{{ config(materialized='view') }}
{# The lead system's states against ours, lead by lead: several of its leads may be one of ours (repeat), a state may
   have no event of ours (no_event), an event no state there (not_told). Each of its states pairs with one event. #}
with leads as (
  select lead_id, store_id, is_test from {{ ref('int_leads') }}
),

theirs as (
  select
    s.measure, s.store_id, s.dealer_id, l.lead_id, coalesce(i.is_test, false) as is_test, s.their_at,
    row_number() over (
      partition by s.measure, coalesce(l.lead_id, s.crm_lead_id) order by s.their_at, s.crm_lead_id
    ) as place
  from {{ ref('int_crm_states') }} s
  left join {{ ref('int_crm_lead_leads') }} l on l.crm_lead_id = s.crm_lead_id
  left join leads i on i.lead_id = l.lead_id
),

firsts as (
  select lead_id, milestone, min(occurred_at) as our_at
  from {{ ref('fct_lead_events') }}
  where milestone in ('appointment_set', 'ordered', 'delivered')
  group by lead_id, milestone
),

events as (
  select
    lead_id,
    case milestone when 'appointment_set' then 'invited' else milestone end as measure,
    our_at,
    1 as place
  from firsts
  union all
  select
    lead_id, 'defeated', defeated_at, row_number() over (partition by lead_id order by defeated_at)
  from {{ ref('int_lead_defeats') }}
  union all
  select lead_id, measure, their_at, 1
  from theirs
  where measure in ('leads', 'built') and place = 1 and lead_id is not null
),

ours as (
  select e.measure, l.store_id, e.lead_id, e.our_at, e.place
  from events e
  join leads l on l.lead_id = e.lead_id
  where not l.is_test
)

select
  'wav' as vendor,
  coalesce(t.store_id, o.store_id) as store_id,
  t.dealer_id as account,
  coalesce(t.measure, o.measure) as measure,
  {{ local_day('o.our_at') }} as our_day,
  t.their_at,
  case
    when t.is_test then 'test'
    when o.lead_id is not null then 'not_told'
    when t.place > 1 and t.measure <> 'defeated' then 'repeat'
    else 'no_event'
  end as cause
from theirs t
full join ours o on o.measure = t.measure and o.lead_id = t.lead_id and o.place = t.place
