with people as (
  select * from {{ ref('int_workload_week_people') }}
),

weeks as (
  select
    week_start_date,
    group_id,
    role,
    cast(count(distinct employee_id) as {{ t('int') }}) as persons,
    {%- for measure in workload_measures() + ['customer_facing'] %}
    {{ sum_hours(measure ~ '_hours') }} as {{ measure }}_hours{{ ',' if not loop.last }}
    {%- endfor %}
  from people
  group by week_start_date, group_id, role
)

select
  week_start_date,
  group_id,
  role,
  persons,
  shift_hours,
  tracked_hours,
  tracked_shift_hours,
  tracked_shift_hours / nullif(shift_hours, 0) as coverage,
  customer_facing_hours,
  customer_facing_hours / nullif(shift_hours, 0) as customer_facing_ratio,
  customer_facing_hours / nullif(tracked_shift_hours, 0) as customer_facing_ratio_tracked,
  meeting_hours,
  training_hours,
  control_hours,
  estimated_hours,
  after_hours_meeting_hours,
  rest_day_meeting_hours,
  after_hours_presence_hours
from weeks
