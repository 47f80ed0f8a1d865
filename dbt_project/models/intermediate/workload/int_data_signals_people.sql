{%- set follow_up_signals = {
  'followup_burst': ['true', 'is_burst'],
  'identical_text': ['true', 'is_identical'],
  'short_call_as_talked': ['is_after_call', 'is_short_call_as_talked'],
  'followup_in_meeting': ['true', 'is_in_meeting'],
  'logged_only': ['true', 'is_logged_only']
} %}
with follow_ups as (
  select * from {{ ref('int_follow_up_signals') }}
),

-- An attendance machine is everybody's and tells of nobody.
checkins as (
  select
    employee_id,
    checkin_day as date_day,
    min(employee_id) over (partition by device_key, checkin_day)
    <> max(employee_id) over (partition by device_key, checkin_day) as is_shared
  from {{ ref('fct_checkins') }}
  where device_key is not null and employee_id <> 'unmatched' and surface <> 'terminal'
),

observed as (
  {%- for signal, columns in follow_up_signals.items() %}
  select
    employee_id,
    date_day,
    '{{ signal }}' as signal,
    1 as base,
    case when {{ columns[1] }} then 1 else 0 end as cases
  from follow_ups
  where {{ columns[0] }}
  union all
  {%- endfor %}
  select
    employee_id,
    date_day,
    'shared_device' as signal,
    1 as base,
    case when is_shared then 1 else 0 end as cases
  from checkins
),

people as (
  select distinct {{ month_start('date_day') }} as month_start_date, store_id, employee_id
  from {{ ref('int_person_days') }}
),

signals as (
  select distinct code as signal from {{ ref('dim_kind') }} where domain = 'signal'
),

counted as (
  select
    {{ month_start('o.date_day') }} as month_start_date,
    d.store_id,
    o.employee_id,
    o.signal,
    sum(o.base) as base,
    sum(o.cases) as cases
  from observed o
  inner join {{ ref('int_person_days') }} d on d.employee_id = o.employee_id and d.date_day = o.date_day
  group by {{ month_start('o.date_day') }}, d.store_id, o.employee_id, o.signal
)

select
  p.month_start_date,
  p.store_id,
  s.brand,
  g.signal,
  p.employee_id,
  coalesce(c.base, 0) as base,
  coalesce(c.cases, 0) as cases
from people p
cross join signals g
inner join {{ ref('dim_store_current') }} s on s.store_id = p.store_id
left join counted c
  on
    c.month_start_date = p.month_start_date
    and c.store_id = p.store_id
    and c.employee_id = p.employee_id
    and c.signal = g.signal
