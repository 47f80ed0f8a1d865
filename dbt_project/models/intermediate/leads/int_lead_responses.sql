{# Each lead with its store's hours on the day its clock started, and when it was first answered: not before that. #}
with created as (
  select l.lead_id, c.created_at
  from {{ ref('int_crm_lead_leads') }} l
  join {{ ref('int_crm_leads') }} c on c.crm_lead_id = l.crm_lead_id
  union all
  select s.lead_id, c.created_at
  from {{ ref('int_crm_creations') }} c
  join {{ ref('int_outer_leads') }} o on o.record_key = 'created:' || c.creation_key
  join {{ ref('int_lead_steps') }} s on s.record_key = 'submission:' || o.submission_id and s.kind = 'submission'
),

dispatches as (
  select lead_id, min(created_at) as crm_created_at
  from created
  group by lead_id
),

hours as (
  select store_id, opens_local, closes_local, valid_from, coalesce(valid_to, {{ last_day() }}) as valid_to
  from {{ ref('dim_store') }}
)

select
  l.lead_id,
  l.store_id,
  l.clock_started_at,
  case when l.platform_dispatched_at <= d.crm_created_at then l.platform_dispatched_at
    else coalesce(d.crm_created_at, l.platform_dispatched_at) end as dispatched_at,
  case when t.first_attempt_at < l.clock_started_at then l.clock_started_at else t.first_attempt_at end as responded_at,
  coalesce(h.opens_local, '09:00') as opens_local,
  coalesce(h.closes_local, '18:00') as closes_local
from {{ ref('int_leads') }} l
left join {{ ref('int_lead_contacts') }} t on t.lead_id = l.lead_id
left join dispatches d on d.lead_id = l.lead_id
left join hours h
  on h.store_id = l.store_id
  and {{ local_day('l.clock_started_at') }} >= h.valid_from and {{ local_day('l.clock_started_at') }} < h.valid_to
