{# How many leads stood open at the end of each week (at as_of in the week that still runs), by what the pipeline is cut
   by; a lead that was reassigned in the week stands there once more, by itself, with the hours it had waited. #}
{%- set cell = 'store_id, owner_employee_id, level, age_band, is_overdue' %}
with spans as (
  select * from {{ ref('int_pipeline_spans') }}
),

weeks as (
  select
    d.date_day as week_start_date,
    least({{ local_midnight(add_days('d.date_day', 7)) }}, a.as_of) as ends_at
  from {{ ref('dim_date') }} d
  cross join {{ ref('int_as_of') }} a
  where d.weekday = 1 and {{ local_midnight('d.date_day') }} <= a.as_of
),

moves as (
  select {{ cell }}, from_week as week_start_date, 1 as move from spans
  union all
  select {{ cell }}, to_week, -1 from spans
),

moved as (
  select {{ cell }}, week_start_date, sum(move) as moved
  from moves
  group by {{ cell }}, week_start_date
),

standing as (
  select
    *,
    sum(moved) over (
      partition by {{ cell }} order by week_start_date rows between unbounded preceding and current row
    ) as open_leads,
    lead(week_start_date) over (partition by {{ cell }} order by week_start_date) as next_week
  from moved
),

reassigned as (
  select lead_id, week_start_date, min(waited_hours) as waited_hours
  from {{ ref('int_reassignments') }}
  group by lead_id, week_start_date
),

counted as (
  select w.week_start_date, {{ cell }}, s.open_leads, null as waited_hours
  from standing s
  join weeks w on w.week_start_date >= s.week_start_date and w.week_start_date < s.next_week
  where s.open_leads > 0
  union all
  select r.week_start_date, {{ cell }}, 0, r.waited_hours
  from spans s
  join reassigned r
    on r.lead_id = s.lead_id and r.week_start_date >= s.from_week and r.week_start_date < s.to_week
),

owners as (
  select
    c.week_start_date,
    c.store_id,
    c.owner_employee_id,
    max(case when e.store_id is null then 0 when c.store_id in (e.store_id, 'unknown') then 2 else 1 end) as employed
  from (
    select distinct week_start_date, store_id, owner_employee_id from counted
  ) c
  join weeks w on w.week_start_date = c.week_start_date
  left join {{ ref('dim_consultant') }} e
    on e.employee_id = c.owner_employee_id and e.valid_from_at < w.ends_at and e.valid_to_at >= w.ends_at
  group by c.week_start_date, c.store_id, c.owner_employee_id
)

select
  c.week_start_date,
  c.store_id,
  c.level,
  c.age_band,
  case
    when c.owner_employee_id in ('unassigned', 'unmatched') then 'unassigned'
    when o.employed = 2 then 'active'
    when o.employed = 1 then 'transferred'
    else 'left'
  end as owner_state,
  c.is_overdue,
  cast(c.open_leads as {{ t('int') }}) as open_leads,
  c.waited_hours
from counted c
join owners o
  on o.week_start_date = c.week_start_date and o.store_id = c.store_id and o.owner_employee_id = c.owner_employee_id
