{# Everything that became of a lead, side by side, before it is judged. #}
with created as (
  select l.lead_id, c.created_at
  from {{ ref('int_crm_lead_leads') }} l
  join {{ ref('int_crm_leads') }} c on c.crm_lead_id = l.crm_lead_id
  union all
  select s.lead_id, c.created_at
  from {{ ref('int_crm_creations') }} c
  join {{ ref('int_submissions') }} x on x.store_id = c.store_id and x.platform_lead_id = c.outer_lead_id
  join {{ ref('int_lead_steps') }} s on s.record_key = 'submission:' || x.submission_id and s.kind = 'submission'
),

dispatches as (
  select lead_id, min(created_at) as crm_created_at
  from created
  group by lead_id
),

owners as (
  select o.lead_id, o.owner_employee_id
  from {{ ref('int_lead_owners') }} o
  cross join {{ ref('int_as_of') }} a
  where o.owned_from <= a.as_of and a.as_of < o.owned_to
),

defeats as (
  select * from {{ ref('int_defeats_judged') }} where is_in_force
)

select
  l.*,
  case when l.platform_dispatched_at <= d.crm_created_at then l.platform_dispatched_at
    else coalesce(d.crm_created_at, l.platform_dispatched_at) end as dispatched_at,
  case
    when l.invalid_reason is not null then l.invalid_reason
    when l.is_submitted and not n.has_number then 'empty_number'
  end as invalid_code,
  coalesce(o.owner_employee_id, 'unassigned') as owner_employee_id,
  t.first_attempt_at,
  t.first_auto_attempt_at,
  t.first_connected_at,
  coalesce(t.attempts, 0) as attempts,
  coalesce(t.attempt_days, 0) as attempt_days,
  s.appointment_set_at,
  s.appointment_for_at,
  s.showed_at,
  s.is_walk_in,
  s.test_drive_at,
  s.ordered_at,
  s.delivered_at,
  f.defeated_at,
  f.defeat_reason,
  f.has_reason as has_defeat_reason,
  f.is_avoidable as is_avoidable_defeat
from {{ ref('int_leads') }} l
join {{ ref('int_lead_showroom') }} s on s.lead_id = l.lead_id
left join {{ ref('int_lead_numbers') }} n on n.lead_id = l.lead_id
left join {{ ref('int_lead_contacts') }} t on t.lead_id = l.lead_id
left join dispatches d on d.lead_id = l.lead_id
left join owners o on o.lead_id = l.lead_id
left join defeats f on f.lead_id = l.lead_id
