with outcomes as (
  select * from {{ ref('int_lead_outcomes') }}
),

judged as (
  select
    o.*,
    o.invalid_code is not null and not o.is_test as is_marked_invalid,
    not o.is_test and (o.invalid_code is null or o.attempts = 0) as is_valid
  from outcomes o
)

select
  j.lead_id,
  j.customer_id,
  j.store_id,
  j.platform,
  coalesce(j.series_id, 'unknown') as series_id,
  j.owner_employee_id,
  {{ known_consultant('j.owner_employee_id') }} as owner_consultant_key,
  case when j.is_marked_invalid then j.invalid_code end as invalid_reason,
  case when j.defeated_at is not null then j.defeat_reason end as defeat_reason,
  case
    when j.delivered_at is not null then 'delivered'
    when j.is_marked_invalid and not j.is_valid then 'invalid'
    when j.defeated_at is not null then 'defeated'
    when j.ordered_at is not null then 'ordered'
    when j.test_drive_at is not null then 'test_driven'
    when j.showed_at is not null then 'showed'
    when j.appointment_set_at is not null then 'invited'
    when j.first_connected_at is not null then 'contacted'
    else 'received'
  end as stage,
  j.attempts,
  j.attempt_days,
  case when not j.is_off_clock then c.from_platform_minutes end as first_response_minutes,
  case when not j.is_off_clock then c.from_platform_business_minutes end as first_response_business_minutes,
  case when not j.is_off_clock then c.from_dispatch_minutes end as response_from_dispatch_minutes,
  case when not j.is_off_clock then c.from_dispatch_business_minutes end as response_from_dispatch_business_minutes,
  j.is_test,
  j.is_valid,
  j.is_marked_invalid,
  j.is_valid and not j.is_off_clock as is_on_clock,
  j.is_walk_in,
  coalesce(j.defeated_at is not null and j.has_defeat_reason, false) as has_defeat_reason,
  j.is_avoidable_defeat,
  j.received_at,
  {{ local_day('j.received_at') }} as received_day,
  j.clock_started_at,
  j.dispatched_at,
  j.first_attempt_at,
  j.first_auto_attempt_at,
  j.first_connected_at,
  j.appointment_set_at,
  j.appointment_for_at,
  j.showed_at,
  j.test_drive_at,
  j.ordered_at,
  j.delivered_at,
  j.defeated_at
from judged j
join {{ ref('int_lead_clocks') }} c on c.lead_id = j.lead_id
cross join {{ ref('int_as_of') }} o
{{ consultant_at('j.owner_employee_id', 'o.as_of') }}
