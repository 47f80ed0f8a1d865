with follow_ups as (
  select employee_id, followed_at, {{ local_day('followed_at') }} as date_day
  from {{ ref('int_follow_ups_typed') }}
),

typed as (
  select f.*, m.minutes
  from follow_ups f
  inner join {{ ref('int_action_minutes') }} m
    on m.action = 'follow_up' and f.date_day >= m.valid_from and f.date_day < m.valid_to
),

acknowledged as (
  select employee_id, app as tool, acknowledged_at, {{ local_day('acknowledged_at') }} as date_day
  from {{ ref('int_notice_acknowledgements') }}
),

answered as (
  select a.*, m.minutes
  from acknowledged a
  inner join {{ ref('int_action_minutes') }} m
    on m.action = 'notice_ack' and a.date_day >= m.valid_from and a.date_day < m.valid_to
),

actions as (
  select
    employee_id,
    tool,
    kind,
    occurred_at,
    checkin_day as date_day,
    estimated_minutes as minutes
  from {{ ref('fct_checkins') }}
  union all
  select
    employee_id,
    'wav' as tool,
    'follow_up' as kind,
    followed_at as occurred_at,
    date_day,
    minutes
  from typed
  union all
  select
    employee_id,
    tool,
    'notice_ack' as kind,
    acknowledged_at as occurred_at,
    date_day,
    minutes
  from answered
)

select
  employee_id,
  tool,
  kind,
  occurred_at,
  date_day,
  minutes,
  {{ add_seconds('occurred_at', '-60 * minutes') }} as started_at
from actions
where employee_id <> 'unmatched'
