{{ config(materialized='view') }}
{# A test drive or an order implies a visit, a delivery an order: where none is known by then, the later one's instant
   stands for it. #}
with seen as (
  select lead_id, 'visited' as milestone, arrived_at as occurred_at, 'crm.visit' as source
  from {{ ref('fct_visits') }}
  where lead_id is not null and arrived_at is not null
  union all
  select lead_id, 'test_driven', test_drive_at, 'crm.visit'
  from {{ ref('fct_visits') }}
  where lead_id is not null and test_drive_at is not null
  union all
  select lead_id, 'ordered', ordered_at, 'crm.order'
  from {{ ref('fct_orders') }}
  where lead_id is not null and not is_inferred
  union all
  select lead_id, 'delivered', delivered_at, delivered_source
  from {{ ref('fct_orders') }}
  where lead_id is not null and delivered_at is not null
  union all
  select lead_id, milestone, occurred_at, 'wav.lead_status'
  from {{ ref('int_crm_reports') }}
),

implied as (
  select lead_id, 'visited' as milestone, occurred_at, source
  from seen
  where milestone in ('test_driven', 'ordered')
  union all
  select lead_id, 'ordered', occurred_at, source
  from seen
  where milestone = 'delivered'
),

firsts as (
  select *
  from implied
  qualify row_number() over (partition by lead_id, milestone order by occurred_at, source) = 1
)

select f.lead_id, f.milestone, f.occurred_at, f.source
from firsts f
left join seen s
  on s.lead_id = f.lead_id and s.milestone = f.milestone and s.occurred_at <= {{ told_until('f.occurred_at') }}
where s.lead_id is null
