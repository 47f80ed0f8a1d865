with people as (
  select * from {{ ref('int_meeting_load_people') }}
)

select
  week_start_date,
  store_id,
  organiser_level,
  kind,
  cast(count(distinct employee_id) as {{ t('int') }}) as persons,
  cast(count(distinct meeting_id) as {{ t('int') }}) as meetings,
  {{ sum_hours('attended_hours') }} as person_hours,
  {{ sum_hours('after_hours_hours') }} as after_hours_person_hours,
  {{ sum_hours('rest_day_hours') }} as rest_day_person_hours,
  {{ sum_hours('conflict_hours') }} as conflict_person_hours
from people
group by week_start_date, store_id, organiser_level, kind
