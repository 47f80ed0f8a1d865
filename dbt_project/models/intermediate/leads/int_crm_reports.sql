{# What a consultant ticked in the lead system and no record of the showroom says: arrivals and test drives without a
   visit of that customer at the store on that day or a day beside it, orders without an order of theirs from thirty days
   before to a day after. The showroom's own records come first. #}
with told as (
  select crm_lead_id, 'visited' as milestone, min(arrived_at) as occurred_at
  from {{ ref('int_crm_lead_versions') }}
  where arrived_at is not null
  group by crm_lead_id, arrived_at
  union all
  select crm_lead_id, 'test_driven', min(test_drive_at)
  from {{ ref('int_crm_lead_versions') }}
  where test_drive_at is not null
  group by crm_lead_id, test_drive_at
  union all
  select crm_lead_id, 'ordered', min(updated_at)
  from {{ ref('int_crm_lead_versions') }}
  where lead_status = 601
  group by crm_lead_id
),

reported as (
  select t.milestone, t.occurred_at, l.lead_id, i.customer_id, i.store_id
  from told t
  join {{ ref('int_crm_lead_leads') }} l on l.crm_lead_id = t.crm_lead_id
  join {{ ref('int_leads') }} i on i.lead_id = l.lead_id
),

records as (
  select lead_id, customer_id, store_id, 'visited' as milestone, arrived_at as occurred_at, 1 as days_before
  from {{ ref('fct_visits') }}
  union all
  select lead_id, customer_id, store_id, 'test_driven', arrived_at, 1 from {{ ref('fct_visits') }}
  union all
  select lead_id, customer_id, store_id, 'ordered', ordered_at, 30 from {{ ref('fct_orders') }}
)

select distinct r.lead_id, r.milestone, r.occurred_at
from reported r
left join records x
  on x.store_id = r.store_id
  and x.milestone = r.milestone
  and (x.lead_id = r.lead_id or (x.customer_id = r.customer_id and r.customer_id <> 'unknown'))
  and {{ local_day('x.occurred_at') }} >= {{ add_days(local_day('r.occurred_at'), '-x.days_before') }}
  and {{ local_day('x.occurred_at') }} <= {{ add_days(local_day('r.occurred_at'), 1) }}
where x.store_id is null
