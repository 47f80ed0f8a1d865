with sittings as (
  {{ newest_version(ref('stg_training__course')) }}
),

exams as (
  {{ newest_version(ref('stg_training__exam')) }}
),

sat as (
  {{ held_by('sittings', "'training'", 'login_token', 'started_at') }}
),

examined as (
  {{ held_by('exams', "'training'", 'login_token', 'finished_at') }}
),

-- What is still open has lasted until as_of, whatever the portal says it will take.
studied as (
  select
    s.*,
    case
      when s.studied_minutes is not null or s.ended_at is not null then
        least(s.studied_minutes, {{ minutes_between('s.started_at', 'least(s.ended_at, a.as_of)') }})
    end as minutes
  from sat s
  cross join {{ ref('int_as_of') }} a
)

select
  'course:' || record_key as training_id,
  employee_id,
  course_id,
  'course' as kind,
  coalesce(organiser, '') as organiser,
  coalesce(course_name, '') as course_name,
  started_at,
  {{ add_seconds('started_at', '60 * greatest(minutes, 0)') }} as ended_at,
  cast(null as {{ t('double') }}) as score,
  cast(null as {{ t('double') }}) as score_max,
  cast(null as {{ t('bool') }}) as passed
from studied
union all
select
  'exam:' || record_key as training_id,
  employee_id,
  course_id,
  'exam' as kind,
  coalesce(organiser, '') as organiser,
  '' as course_name,
  coalesce(started_at, finished_at) as started_at,
  greatest(started_at, finished_at) as ended_at,
  score,
  score_max,
  passed
from examined
