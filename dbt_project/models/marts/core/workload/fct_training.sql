with sessions as (
  select * from {{ ref('int_training_sessions') }} where started_at is not null
),

-- Who gave it is believed before the course's name, which may speak of a platform.
organisers as (
  select s.training_id, o.organiser_level
  from sessions s
  inner join {{ ref('organiser_levels') }} o
    on {{ holds('s.organiser', 'o.pattern') }} or {{ holds('s.course_name', 'o.pattern') }}
  qualify row_number() over (
    partition by s.training_id
    order by
      case when {{ holds('s.organiser', 'o.pattern') }} then 0 else 1 end, o.priority, length(o.pattern) desc, o.pattern
  ) = 1
),

spans as (
  select training_id, employee_id, started_at, ended_at from sessions where started_at < ended_at
),

split as (
  {{ shift_split('spans', 'training_id') }}
)

select
  s.training_id,
  s.employee_id,
  coalesce(c.consultant_key, 'unmatched') as consultant_key,
  coalesce(c.store_id, 'unknown') as store_id,
  s.course_id,
  s.kind,
  coalesce(o.organiser_level, 'unknown') as organiser_level,
  s.started_at,
  {{ local_day('s.started_at') }} as started_day,
  s.ended_at,
  {{ hours_between('s.started_at', 's.ended_at') }} as hours,
  coalesce(p.after_hours_hours, 0) as after_hours_hours,
  coalesce(p.rest_day_hours, 0) as rest_day_hours,
  s.score,
  s.score_max,
  s.passed
from sessions s
left join organisers o on o.training_id = s.training_id
left join split p on p.training_id = s.training_id and p.employee_id = s.employee_id
left join {{ ref('dim_consultant') }} c
  on c.employee_id = s.employee_id and s.started_at >= c.valid_from_at and s.started_at < c.valid_to_at
