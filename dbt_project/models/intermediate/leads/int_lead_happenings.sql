{{ config(materialized='view') }}
{# A visit or an order is of the lead that is open at its time, whichever it names; only a lead of the lead system that names a
   platform's lead opens nothing of its own. One dated before the submission that it names, as by a system that tells the day
   alone, happens when that came; a delivery dated before its order, when that was placed. `own_key`: the record whose lead it
   is of; a record of the lead system that names a submission is of that one's. #}
with parties as (
  select
    record_key,
    store_id,
    crm_lead_id,
    case when customer_id = 'unknown' then record_key else customer_id end as party
  from {{ ref('int_record_customers') }}
),

crm_parties as (
  select crm_lead_id, party, store_id from parties where record_key = 'crm_lead:' || crm_lead_id
),

linked as (
  select l.crm_lead_id, p.record_key as own_key, s.submitted_at, p.party, p.store_id
  from {{ ref('int_linked_submissions') }} l
  join {{ ref('int_submissions') }} s on s.submission_id = l.submission_id
  join parties p on p.record_key = 'submission:' || l.submission_id
),

visits as (
  {{ newest_version(ref('stg_crm__visit')) }}
),

orders as (
  select * from {{ ref('int_orders') }}
),

happenings as (
  select 'submission:' || submission_id as record_key, 'submission' as kind, 0 as rank, submitted_at as happened_at
  from {{ ref('int_submissions') }}
  union all
  select 'crm_lead:' || crm_lead_id, 'crm_lead', 1, created_at
  from {{ ref('int_crm_leads') }}
  where crm_lead_id not in (select crm_lead_id from linked)
  union all
  select 'visit:' || record_key, 'visit', 2, arrived_at
  from visits
  where arrived_at is not null
  union all
  select party_key, 'order', 3, ordered_at
  from orders
  union all
  select party_key, 'delivery', 7, greatest(delivered_at, ordered_at)
  from orders
  where delivered_at is not null
)

select
  p.party,
  p.store_id,
  h.record_key,
  h.record_key as own_key,
  h.kind,
  h.rank,
  case when l.submitted_at > h.happened_at then l.submitted_at else h.happened_at end as happened_at
from happenings h
join parties p on p.record_key = h.record_key
left join linked l
  on l.crm_lead_id = case when h.kind in ('visit', 'order', 'delivery') then p.crm_lead_id end
  and l.party = p.party
  and l.store_id = p.store_id
union all
select
  p.party,
  p.store_id,
  'crm_lead:' || d.crm_lead_id,
  coalesce(l.own_key, 'crm_lead:' || d.crm_lead_id),
  case when d.is_defeated then 'defeat' else 'reopening' end,
  case when d.is_defeated then 6 else 4 end,
  d.changed_at
from {{ ref('int_crm_defeats') }} d
join crm_parties p on p.crm_lead_id = d.crm_lead_id
left join linked l on l.crm_lead_id = d.crm_lead_id
union all
select p.party, p.store_id, m.record_key, m.own_key, 'invalid', 5, m.marked_at
from {{ ref('int_invalid_marks') }} m
join parties p on p.record_key = m.record_key
