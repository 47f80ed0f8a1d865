{# Each open lead as it stood at the end of each week, at as_of in the week that still runs. #}
with weeks as (
  select
    d.date_day as week_start_date,
    least({{ local_midnight(add_days('d.date_day', 7)) }}, a.as_of) as ends_at
  from {{ ref('dim_date') }} d
  cross join {{ ref('int_as_of') }} a
  where d.weekday = 1 and {{ local_midnight('d.date_day') }} <= a.as_of
),

leads as (
  select lead_id, store_id, received_at from {{ ref('int_leads') }} where not is_test
),

stood as (
  select
    w.week_start_date,
    w.ends_at,
    l.lead_id,
    l.store_id,
    p.level_then as level,
    p.change_no,
    {{ hours_between('l.received_at', 'w.ends_at') }} / 24 as age_days
  from weeks w
  join {{ ref('int_lead_periods') }} p on p.from_at < w.ends_at and p.to_at >= w.ends_at
  join leads l on l.lead_id = p.lead_id
),

owned as (
  select
    s.*,
    coalesce(o.owner_employee_id, 'unassigned') as owner_employee_id,
    max(case when e.store_id = s.store_id then 2 when e.store_id is not null then 1 else 0 end) as employed
  from stood s
  left join {{ ref('int_lead_owners') }} o
    on o.lead_id = s.lead_id and o.owned_from < s.ends_at and o.owned_to >= s.ends_at
  left join {{ ref('dim_consultant') }} e
    on e.employee_id = o.owner_employee_id and e.valid_from_at < s.ends_at and e.valid_to_at >= s.ends_at
  group by all
)

select
  o.week_start_date,
  o.lead_id,
  o.store_id,
  o.level,
  case
    when o.age_days < 2 then '0-1'
    when o.age_days < 8 then '2-7'
    when o.age_days < 31 then '8-30'
    when o.age_days < 91 then '31-90'
    else '91+'
  end as age_band,
  case
    when o.owner_employee_id in ('unassigned', 'unmatched') then 'unassigned'
    when o.employed = 2 then 'active'
    when o.employed = 1 then 'transferred'
    else 'left'
  end as owner_state,
  coalesce(f.due_at < o.ends_at, false) as is_overdue
from owned o
left join {{ ref('int_followups') }} f on f.lead_id = o.lead_id and f.change_no = o.change_no
