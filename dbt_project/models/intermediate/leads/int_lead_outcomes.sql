{{ config(materialized='view') }}
{# Everything that became of a lead, side by side, before it is judged. #}
with owners as (
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
  r.dispatched_at,
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
join {{ ref('int_lead_responses') }} r on r.lead_id = l.lead_id
join {{ ref('int_lead_showroom') }} s on s.lead_id = l.lead_id
left join {{ ref('int_lead_numbers') }} n on n.lead_id = l.lead_id
left join {{ ref('int_lead_contacts') }} t on t.lead_id = l.lead_id
left join owners o on o.lead_id = l.lead_id
left join defeats f on f.lead_id = l.lead_id
