{{ config(materialized='view') }}
with actions as (
  select employee_id, tool, occurred_at from {{ ref('int_control_actions') }}
  union all
  select employee_id, tool, started_at as occurred_at from {{ ref('int_contact_calls') }}
  union all
  select employee_id, tool, started_at as occurred_at from {{ ref('int_contact_messages') }}
  union all
  select employee_id, 'training' as tool, started_at as occurred_at
  from {{ ref('int_training_sessions') }}
  where started_at is not null and employee_id <> 'unmatched'
  union all
  select employee_id, tool, occurred_at from {{ ref('int_outings') }} where employee_id <> 'unmatched'
  union all
  select employee_id, medium as tool, operated_at as occurred_at
  from {{ ref('int_meeting_events') }}
  where event = 'joined' and medium <> 'in_person' and employee_id <> 'unmatched'
  union all
  select employee_id, 'douyin' as tool, started_at as occurred_at
  from {{ ref('int_live_hosts') }}
  where employee_id not in ('unassigned', 'unmatched')
),

ordered as (
  select
    *,
    lag(tool) over in_order as previous_tool,
    lag(occurred_at) over in_order as previous_at
  from actions
  window in_order as (partition by employee_id order by occurred_at, tool)
)

select
  employee_id,
  tool,
  occurred_at,
  {{ local_day('occurred_at') }} as date_day,
  coalesce(tool <> previous_tool and {{ minutes_between('previous_at', 'occurred_at') }} <= 10, false) as is_switch
from ordered
