with milestones as (
  select distinct lead_id, milestone, occurred_at, source, is_inferred
  from {{ ref('int_lead_milestones') }}
),

-- Credit follows the owner at the event's time.
owned as (
  select m.*, coalesce(o.owner_employee_id, 'unassigned') as owner_employee_id
  from milestones m
  left join {{ ref('int_lead_owners') }} o
    on o.lead_id = m.lead_id and m.occurred_at >= o.owned_from and m.occurred_at < o.owned_to
)

select
  m.lead_id,
  m.milestone,
  m.occurred_at,
  l.store_id,
  m.owner_employee_id,
  {{ known_consultant('m.owner_employee_id') }} as owner_consultant_key,
  m.source,
  m.is_inferred
from owned m
join {{ ref('int_leads') }} l on l.lead_id = m.lead_id
{{ consultant_at('m.owner_employee_id', 'm.occurred_at') }}
