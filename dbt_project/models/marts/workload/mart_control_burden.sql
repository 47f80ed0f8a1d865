with people as (
  select * from {{ ref('int_control_burden_people') }}
)

select
  week_start_date,
  store_id,
  tool,
  cast(count(distinct employee_id) as {{ t('int') }}) as persons,
  cast(sum(actions) as {{ t('int') }}) as actions,
  {{ sum_hours('hours') }} as hours,
  {{ sum_hours('hours') }} / count(distinct employee_id) as hours_per_person,
  true as is_estimate
from people
group by week_start_date, store_id, tool
