with open_leads as (
  select f.*, a.as_of
  from {{ ref('int_followups') }} f
  cross join {{ ref('int_as_of') }} a
  where f.to_at = {{ forever() }} and f.due_at is not null
),

-- The customer's own rhythm: when they last picked up.
reached as (
  select c.customer_id, d.weekday, c.hour
  from {{ ref('int_call_attempts') }} c
  join {{ ref('dim_date') }} d on d.date_day = c.touch_day
  where c.connected and c.customer_id <> 'unknown'
  qualify row_number() over (partition by c.customer_id order by c.started_at desc, c.touch_id) = 1
),

hours as (
  select * from {{ ref('int_best_hours') }}
),

anyone as (
  select max(weekday) as weekday, max(hour) as hour from hours where level = 'all'
)

select
  o.lead_id,
  l.store_id,
  l.owner_employee_id,
  l.owner_consultant_key,
  o.level_then as level,
  case
    when o.due_at < o.as_of then 'overdue'
    when l.attempts = 0 then 'never_attempted'
    when o.due_source <> 'level' then 'reminder'
    else 'level_rule'
  end as reason,
  case
    when r.customer_id is not null then 'customer'
    when h.level is not null then 'level'
    when e.hour is not null then 'all'
    else 'none'
  end as timing_basis,
  coalesce(r.weekday, h.weekday, e.weekday) as best_weekday,
  coalesce(r.hour, h.hour, e.hour) as best_hour,
  o.due_at
from open_leads o
join {{ ref('fct_leads') }} l on l.lead_id = o.lead_id
left join reached r on r.customer_id = l.customer_id
left join hours h on h.level = o.level_then
cross join anyone e
