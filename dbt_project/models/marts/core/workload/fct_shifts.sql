with person_days as (
  select * from {{ ref('int_person_days') }}
),

usual as (
  select
    d.employee_id,
    d.date_day,
    p.starts,
    p.ends,
    coalesce(p.rest_weekdays like '%' || cast(d.weekday as {{ t('text') }}) || '%', false) as is_rest_day
  from person_days d
  inner join {{ ref('int_employee_shift_periods') }} p
    on
      p.employee_id = d.employee_id
      and d.date_day >= coalesce(p.valid_from, {{ first_day() }})
      and d.date_day < coalesce(p.valid_to, {{ last_day() }})
  qualify row_number() over (
    partition by d.employee_id, d.date_day order by p.valid_from desc nulls last, p.starts, p.ends
  ) = 1
),

closed as (
  select distinct d.store_id, d.date_day
  from person_days d
  inner join {{ ref('store_closures') }} c on c.date_day = d.date_day and c.store_id in ('all', d.store_id)
),

chosen as (
  select
    d.*,
    coalesce(r.is_rest_day, u.is_rest_day, false) as is_rest_day,
    case
      when r.is_rest_day or (r.shift_start_local is not null and r.shift_end_local is not null) then 'roster'
      when u.is_rest_day or (u.starts is not null and u.ends is not null) then 'shift_period'
      else 'store_hours'
    end as shift_source,
    r.shift_start_local as roster_start,
    r.shift_end_local as roster_end,
    u.starts as usual_start,
    u.ends as usual_end,
    s.opens_local,
    s.closes_local,
    z.store_id is not null as is_closed
  from person_days d
  left join {{ ref('int_rosters') }} r on r.employee_id = d.employee_id and r.date_day = d.date_day
  left join usual u on u.employee_id = d.employee_id and u.date_day = d.date_day
  left join {{ ref('dim_store') }} s
    on s.store_id = d.store_id and d.date_day >= s.valid_from and d.date_day < coalesce(s.valid_to, {{ last_day() }})
  left join closed z on z.store_id = d.store_id and z.date_day = d.date_day
),

timed as (
  select
    *,
    case
      when is_rest_day then null
      when shift_source = 'roster' then roster_start
      when shift_source = 'shift_period' then usual_start
      when is_closed then null
      else coalesce(opens_local, '09:00')
    end as starts,
    case
      when is_rest_day then null
      when shift_source = 'roster' then roster_end
      when shift_source = 'shift_period' then usual_end
      when is_closed then null
      else coalesce(closes_local, '18:00')
    end as ends
  from chosen
),

punches as (
  select
    employee_id,
    work_day,
    min(case when duty = 'on' then occurred_at end) as on_duty_at,
    max(case when duty = 'off' then occurred_at end) as off_duty_at
  from {{ ref('int_attendance') }}
  group by employee_id, work_day
)

select
  t.employee_id,
  t.consultant_key,
  t.store_id,
  t.date_day,
  {{ day_at('t.date_day', 't.starts') }} as shift_start_at,
  case
    when t.ends > t.starts then {{ day_at('t.date_day', 't.ends') }}
    else {{ day_at(add_days('t.date_day', 1), 't.ends') }}
  end as shift_end_at,
  t.is_rest_day,
  t.shift_source,
  p.on_duty_at,
  p.off_duty_at
from timed t
left join punches p on p.employee_id = t.employee_id and p.work_day = t.date_day
