with intervals as (
  select * from {{ ref('int_attended_intervals') }}
),

attended as (
  select
    meeting_id,
    employee_id,
    min(started_at) as joined_at,
    max(ended_at) as left_at,
    cast(sum({{ epoch_us('ended_at') }} - {{ epoch_us('started_at') }}) as {{ t('double') }}) / 3.6e9 as attended_hours
  from intervals
  group by meeting_id, employee_id
),

by_day as (
  select i.meeting_id, i.employee_id, i.started_at, i.ended_at, d.date_day
  from intervals i
  inner join {{ ref('int_person_days') }} d
    on d.employee_id = i.employee_id and d.day_start_at < i.ended_at and d.day_end_at > i.started_at
),

pieces as (
  select
    i.meeting_id,
    i.employee_id,
    greatest(i.started_at, s.started_at) as started_at,
    least(i.ended_at, s.ended_at) as ended_at,
    s.is_shift,
    s.is_rest_day,
    s.is_reception or s.is_call as is_conflict
  from by_day i
  inner join {{ ref('int_person_segments') }} s
    on
      s.employee_id = i.employee_id
      and s.date_day = i.date_day
      and s.started_at < i.ended_at
      and s.ended_at > i.started_at
),

split as (
  select
    meeting_id,
    employee_id,
    {{ hours_where('not is_shift and not is_rest_day') }} as after_hours_hours,
    {{ hours_where('not is_shift and is_rest_day') }} as rest_day_hours,
    {{ hours_where('is_conflict') }} as conflict_hours
  from pieces
  group by meeting_id, employee_id
)

select
  a.meeting_id,
  a.employee_id,
  coalesce(c.consultant_key, 'unmatched') as consultant_key,
  coalesce(c.store_id, 'unknown') as store_id,
  {{ local_day('a.joined_at') }} as joined_day,
  a.joined_at,
  a.left_at,
  a.attended_hours,
  coalesce(s.after_hours_hours, 0) as after_hours_hours,
  coalesce(s.rest_day_hours, 0) as rest_day_hours,
  coalesce(s.conflict_hours, 0) as conflict_hours
from attended a
left join split s on s.meeting_id = a.meeting_id and s.employee_id = a.employee_id
left join {{ ref('dim_consultant') }} c
  on c.employee_id = a.employee_id and a.joined_at >= c.valid_from_at and a.joined_at < c.valid_to_at
