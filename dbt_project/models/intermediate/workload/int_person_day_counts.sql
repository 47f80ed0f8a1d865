with checkins as (
  select employee_id, checkin_day as date_day, count(*) as checkins, count(distinct kind) as checkin_kinds
  from {{ ref('fct_checkins') }}
  group by employee_id, checkin_day
),

control as (
  select employee_id, date_day, {{ sum_minutes('minutes') }} as control_minutes
  from {{ ref('int_control_actions') }}
  group by employee_id, date_day
),

messages as (
  select employee_id, date_day, {{ sum_minutes(minutes_between('started_at', 'ended_at')) }} as message_minutes
  from {{ ref('int_contact_messages') }}
  group by employee_id, date_day
),

notices as (
  select
    employee_id,
    notice_day as date_day,
    count(*) as notices,
    sum(case when in_shift then 0 else 1 end) as notices_off_shift
  from {{ ref('fct_notices') }}
  group by employee_id, notice_day
),

tools as (
  select
    employee_id,
    date_day,
    count(distinct tool) as tools_used,
    sum(case when is_switch then 1 else 0 end) as tool_switches
  from {{ ref('int_tool_actions') }}
  group by employee_id, date_day
),

focus as (
  select employee_id, date_day, count(*) as focus_blocks
  from {{ ref('int_focus_blocks') }}
  group by employee_id, date_day
),

touches as (
  select employee_id, touch_day as date_day, count(*) as outbound_touches
  from {{ ref('fct_touches') }}
  where direction = 'outbound' and not is_automatic
  group by employee_id, touch_day
)

select
  d.employee_id,
  d.date_day,
  cast(ci.checkins as {{ t('int') }}) as checkins,
  cast(ci.checkin_kinds as {{ t('int') }}) as checkin_kinds,
  co.control_minutes,
  ms.message_minutes,
  cast(tl.tools_used as {{ t('int') }}) as tools_used,
  cast(tl.tool_switches as {{ t('int') }}) as tool_switches,
  cast(nt.notices as {{ t('int') }}) as notices,
  cast(nt.notices_off_shift as {{ t('int') }}) as notices_off_shift,
  cast(f.focus_blocks as {{ t('int') }}) as focus_blocks,
  cast(tc.outbound_touches as {{ t('int') }}) as outbound_touches
from {{ ref('int_person_days') }} d
left join checkins ci on ci.employee_id = d.employee_id and ci.date_day = d.date_day
left join control co on co.employee_id = d.employee_id and co.date_day = d.date_day
left join tools tl on tl.employee_id = d.employee_id and tl.date_day = d.date_day
left join messages ms on ms.employee_id = d.employee_id and ms.date_day = d.date_day
left join notices nt on nt.employee_id = d.employee_id and nt.date_day = d.date_day
left join focus f on f.employee_id = d.employee_id and f.date_day = d.date_day
left join touches tc on tc.employee_id = d.employee_id and tc.date_day = d.date_day
