with days as (
  select
    c.*,
    {{ week_start('c.date_day') }} as week_start_date,
    s.brand
  from {{ ref('mart_consultant_day') }} c
  inner join {{ ref('dim_store_current') }} s on s.store_id = c.store_id
)

select
  week_start_date,
  store_id,
  brand,
  employee_id,
  sum(case when shift_hours > 0 or tracked_hours > 0 or presence_hours > 0 then 1 else 0 end) as person_days,
  sum(customer_facing_shift_hours) as customer_facing_hours,
  {%- for measure in [
    'shift', 'tracked', 'tracked_shift', 'meeting', 'training', 'control', 'estimated', 'invitation',
    'after_hours_meeting', 'rest_day_meeting', 'after_hours_presence', 'after_hours_idle', 'conflict', 'outreach'
  ] %}
  sum({{ measure }}_hours) as {{ measure }}_hours,
  {%- endfor %}
  coalesce(sum(focus_blocks), 0) as focus_blocks,
  sum(tool_switches) as tool_switches,
  sum(notices) as notices,
  sum(notices_off_shift) as notices_off_shift
from days
group by week_start_date, store_id, brand, employee_id
