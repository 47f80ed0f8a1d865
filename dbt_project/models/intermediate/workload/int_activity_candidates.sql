{{ config(materialized='view') }}
-- A visit or a hand-over that is closed on another working day was forgotten: nobody knows when the customer left.
with reception as (
  select
    employee_id,
    'reception' as category,
    arrived_at as started_at,
    greatest(
      case when {{ working_day('left_at') }} = {{ working_day('arrived_at') }} then left_at end, test_drive_ended_at
    ) as ended_at,
    false as is_estimated,
    'crm' as source
  from {{ ref('fct_visits') }}
),

delivery as (
  select d.employee_id, 'delivery' as category, d.started_at, d.delivered_at as ended_at, false as is_estimated, 'crm' as source
  from {{ ref('int_deliveries') }} d
  inner join {{ ref('int_employees') }} e on e.employee_id = d.employee_id
  where not d.is_taken_back and {{ working_day('d.delivered_at') }} = {{ working_day('d.started_at') }}
),

contact as (
  select employee_id, 'contact' as category, started_at, ended_at, false as is_estimated, 'calls' as source
  from {{ ref('int_contact_calls') }}
),

messages as (
  select employee_id, 'contact' as category, started_at, ended_at, true as is_estimated, 'messages' as source
  from {{ ref('int_contact_messages') }}
),

live as (
  select employee_id, 'live' as category, started_at, ended_at, false as is_estimated, 'live' as source
  from {{ ref('int_live_hosts') }}
),

outreach as (
  select
    employee_id,
    'outreach' as category,
    started_at,
    {{ add_seconds('started_at', '60 * estimated_minutes') }} as ended_at,
    true as is_estimated,
    'checkins' as source
  from {{ ref('fct_outreach') }}
),

attended as (
  select
    a.employee_id,
    case when m.is_training then 'training' else 'meeting' end as category,
    a.started_at,
    a.ended_at,
    false as is_estimated,
    'meetings' as source
  from {{ ref('int_attended_intervals') }} a
  inner join {{ ref('fct_meetings') }} m on m.meeting_id = a.meeting_id
),

studied as (
  select
    employee_id,
    'training' as category,
    started_at,
    ended_at,
    false as is_estimated,
    'training' as source
  from {{ ref('int_training_sessions') }}
),

control as (
  select
    employee_id,
    'control' as category,
    started_at,
    occurred_at as ended_at,
    true as is_estimated,
    case kind when 'follow_up' then 'follow_ups' when 'notice_ack' then 'notices' else 'checkins' end as source
  from {{ ref('int_control_actions') }}
),

candidates as (
  select * from reception
  union all
  select * from delivery
  union all
  select * from contact
  union all
  select * from messages
  union all
  select * from live
  union all
  select * from outreach
  union all
  select * from attended
  union all
  select * from studied
  union all
  select * from control
)

select employee_id, category, started_at, ended_at, is_estimated, source
from candidates
where employee_id not in ('unassigned', 'unmatched') and started_at < ended_at
