{{ config(materialized='view') }}
with appointments as (
  select
    lead_id,
    min(set_at) as appointment_set_at,
    min_by(for_at, {{ struct_of({'set_at': 'set_at', 'appointment_id': 'appointment_id'}) }}) as appointment_for_at
  from {{ ref('fct_appointments') }}
  where lead_id is not null
  group by lead_id
),

visits as (
  select
    lead_id,
    min(arrived_at) as showed_at,
    min(test_drive_at) as test_drive_at,
    max(case when visit_no = 1 and is_walk_in then 1 else 0 end) = 1 as is_walk_in
  from {{ ref('fct_visits') }}
  group by lead_id
),

orders as (
  select
    lead_id,
    min(case when cancelled_at is null then ordered_at end) as ordered_at,
    min(case when cancelled_at is null then delivered_at end) as delivered_at
  from {{ ref('fct_orders') }}
  group by lead_id
)

select
  l.lead_id,
  a.appointment_set_at,
  a.appointment_for_at,
  v.showed_at,
  v.test_drive_at,
  coalesce(v.is_walk_in, false) as is_walk_in,
  o.ordered_at,
  o.delivered_at
from {{ ref('int_leads') }} l
left join appointments a on a.lead_id = l.lead_id
left join visits v on v.lead_id = l.lead_id
left join orders o on o.lead_id = l.lead_id
