with people as (
  select * from {{ ref('int_workload_week_people') }}
),

weeks as (
  select
    week_start_date,
    store_id,
    cast(count(distinct employee_id) as {{ t('int') }}) as persons,
    {%- for count in ['person_days', 'focus_blocks', 'tool_switches', 'notices', 'notices_off_shift'] %}
    cast(sum({{ count }}) as {{ t('int') }}) as {{ count }},
    {%- endfor %}
    {%- for measure in workload_measures() + ['customer_facing'] %}
    {{ sum_hours(measure ~ '_hours') }} as {{ measure }}_hours,
    {%- endfor %}
    case
      when count(distinct case when ack_minutes is not null then employee_id end) >= 5 then median(ack_minutes)
    end as median_ack_minutes
  from people
  group by week_start_date, store_id
)

select
  week_start_date,
  store_id,
  persons,
  person_days,
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
  invitation_hours,
  after_hours_meeting_hours,
  rest_day_meeting_hours,
  after_hours_presence_hours,
  after_hours_idle_hours,
  conflict_hours,
  focus_blocks,
  tool_switches,
  notices,
  notices_off_shift,
  median_ack_minutes,
  outreach_hours,
  customer_net_hours,
  meeting_net_hours,
  training_net_hours,
  control_net_hours,
  other_net_hours
from weeks
