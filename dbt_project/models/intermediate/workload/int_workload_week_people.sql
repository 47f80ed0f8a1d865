with staff as (
  select d.employee_id, d.date_day, d.week_start_date, d.store_id, d.consultant_key, s.brand,
    coalesce(s.group_id, 'unknown') as group_id,
    coalesce(d.role, 'unknown') as role
  from {{ ref('int_person_days') }} d
  inner join {{ ref('dim_store_current') }} s on s.store_id = d.store_id
),

days as (
  select
    s.week_start_date,
    s.brand,
    s.group_id,
    s.role,
    c.*,
    {% for category in customer_facing() -%}
    {{ ' + ' if not loop.first }}c.{{ category }}_net_hours
    {%- endfor %} as customer_net_hours
  from {{ ref('mart_consultant_day') }} c
  inner join staff s on s.employee_id = c.employee_id and s.date_day = c.date_day
),

answers as (
  select s.*, n.ack_minutes
  from {{ ref('fct_notices') }} n
  inner join staff s on s.employee_id = n.employee_id and s.date_day = n.notice_day
  where n.ack_minutes is not null
),

people as (
  select
    week_start_date,
    store_id,
    brand,
    group_id,
    role,
    employee_id,
    sum(case when shift_hours > 0 or tracked_hours > 0 or presence_hours > 0 then 1 else 0 end) as person_days,
    {{ sum_hours('customer_facing_shift_hours') }} as customer_facing_hours,
    {%- for measure in workload_measures() %}
    {{ sum_hours(measure ~ '_hours') }} as {{ measure }}_hours,
    {%- endfor %}
    coalesce(sum(focus_blocks), 0) as focus_blocks,
    sum(tool_switches) as tool_switches,
    sum(notices) as notices,
    sum(notices_off_shift) as notices_off_shift,
    cast(null as {{ t('double') }}) as ack_minutes
  from days
  group by week_start_date, store_id, brand, group_id, role, employee_id
)

select * from people
union all
select
  week_start_date,
  store_id,
  brand,
  group_id,
  role,
  employee_id,
  0 as person_days,
  0 as customer_facing_hours,
  {%- for measure in workload_measures() %}
  0 as {{ measure }}_hours,
  {%- endfor %}
  0 as focus_blocks,
  0 as tool_switches,
  0 as notices,
  0 as notices_off_shift,
  ack_minutes
from answers
