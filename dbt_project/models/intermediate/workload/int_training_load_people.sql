with sessions as (
  select
    started_day as day,
    store_id,
    organiser_level,
    employee_id,
    consultant_key,
    hours,
    after_hours_hours,
    rest_day_hours,
    case when kind = 'exam' then 1 else 0 end as exams,
    coalesce(passed, false) as is_passed
  from {{ ref('fct_training') }}
),

held as (
  select
    a.joined_day as day,
    a.store_id,
    m.organiser_level,
    a.employee_id,
    a.consultant_key,
    a.attended_hours as hours,
    a.after_hours_hours,
    a.rest_day_hours,
    0 as exams,
    false as is_passed
  from {{ ref('fct_meeting_attendance') }} a
  inner join {{ ref('fct_meetings') }} m on m.meeting_id = a.meeting_id
  where m.is_training
),

everything as (
  select * from sessions
  union all
  select * from held
)

select
  {{ month_start('e.day') }} as month_start_date,
  e.store_id,
  s.brand,
  e.organiser_level,
  e.employee_id,
  e.hours,
  e.after_hours_hours,
  e.rest_day_hours,
  e.exams,
  e.is_passed
from everything e
inner join {{ ref('dim_store_current') }} s on s.store_id = e.store_id
-- Only who worked somewhere that day, as in tables by the week: what a month of whole weeks says beyond those would be theirs.
where e.consultant_key <> 'unmatched'
