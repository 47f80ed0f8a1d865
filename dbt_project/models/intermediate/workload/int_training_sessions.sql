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

studied as (
  select
    *,
    case
      when studied_minutes is null then {{ minutes_between('started_at', 'ended_at') }}
      when ended_at is null then studied_minutes
      else least(studied_minutes, {{ minutes_between('started_at', 'ended_at') }})
    end as minutes
  from sat
)

select
  'course:' || record_key as training_id,
  employee_id,
  course_id,
  'course' as kind,
  coalesce(organiser, '') as organiser,
  coalesce(course_name, '') as course_name,
  started_at,
  {{ add_seconds('started_at', '60 * greatest(coalesce(minutes, 0), 0)') }} as ended_at,
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
  greatest(finished_at, coalesce(started_at, finished_at)) as ended_at,
  score,
  score_max,
  passed
from examined
