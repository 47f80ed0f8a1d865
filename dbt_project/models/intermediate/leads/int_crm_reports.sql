{# What a consultant ticked in the lead system and no record of the showroom says: arrivals and test drives without a
   visit of that customer at the store on that day or a day beside it, orders without an order of theirs from thirty days
   before to a day after. The showroom's own records come first; of a tick that was corrected or taken out the newest version
   tells, and an order holds from its first version since the last that was back before one (101 to 501). #}
with states as (
  select
    *,
    max(case when lead_status < 600 then version_no end) over (partition by crm_lead_id) as last_without_order_no
  from {{ ref('int_crm_lead_versions') }}
),

told as (
  select crm_lead_id, 'visited' as milestone, arrived_at as occurred_at
  from states
  where is_newest and arrived_at is not null
  union all
  select crm_lead_id, 'test_driven', test_drive_at
  from states
  where is_newest and test_drive_at is not null
  union all
  select crm_lead_id, 'ordered', min(updated_at)
  from states
  where lead_status = 601 and (last_without_order_no is null or version_no > last_without_order_no)
  group by crm_lead_id
),

reported as (
  select t.milestone, t.occurred_at, l.lead_id, i.party, i.store_id
  from told t
  join {{ ref('int_crm_lead_leads') }} l on l.crm_lead_id = t.crm_lead_id
  join {{ ref('int_leads') }} i on i.lead_id = l.lead_id
),

records as (
  select
    coalesce(i.party, v.customer_id) as party, v.store_id, 'visited' as milestone, v.arrived_at as occurred_at,
    1 as days_before
  from {{ ref('fct_visits') }} v
  left join {{ ref('int_leads') }} i on i.lead_id = v.lead_id
  union all
  select coalesce(i.party, v.customer_id), v.store_id, 'test_driven', v.arrived_at, 1
  from {{ ref('fct_visits') }} v
  left join {{ ref('int_leads') }} i on i.lead_id = v.lead_id
  union all
  select coalesce(i.party, o.customer_id), o.store_id, 'ordered', o.ordered_at, 30
  from {{ ref('fct_orders') }} o
  left join {{ ref('int_leads') }} i on i.lead_id = o.lead_id
  where not o.is_inferred
),

known as (
  select distinct r.lead_id, r.milestone, r.occurred_at
  from reported r
  join records x
    on x.party = r.party and x.store_id = r.store_id and x.milestone = r.milestone
  where {{ local_day('x.occurred_at') }} >= {{ add_days(local_day('r.occurred_at'), '-x.days_before') }}
    and {{ local_day('x.occurred_at') }} <= {{ add_days(local_day('r.occurred_at'), 1) }}
)

select distinct r.lead_id, r.milestone, r.occurred_at
from reported r
left join known k on k.lead_id = r.lead_id and k.milestone = r.milestone and k.occurred_at = r.occurred_at
where k.lead_id is null
