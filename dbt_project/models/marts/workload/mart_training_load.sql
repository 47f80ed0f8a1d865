with people as (
  select * from {{ ref('int_training_load_people') }}
),

counted as (
  select
    month_start_date,
    store_id,
    organiser_level,
    count(distinct employee_id) as persons,
    {{ sum_hours('hours') }} as person_hours,
    {{ sum_hours('after_hours_hours') }} as after_hours_person_hours,
    {{ sum_hours('rest_day_hours') }} as rest_day_person_hours,
    sum(exams) as exams,
    count(distinct case when is_passed then employee_id end) as passed
  from people
  group by month_start_date, store_id, organiser_level
)

select
  month_start_date,
  store_id,
  organiser_level,
  cast(persons as {{ t('int') }}) as persons,
  person_hours,
  after_hours_person_hours,
  rest_day_person_hours,
  cast(exams as {{ t('int') }}) as exams,
  cast({{ persons_between('passed', 'persons') }} as {{ t('int') }}) as passed
from counted
