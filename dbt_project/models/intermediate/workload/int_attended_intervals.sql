-- A join and a leave of one device in one instant change nothing: who was there stays, who was not attends nothing. An
-- account leaves for whoever had it when it joined. Where neither a leave nor an end is known, nothing is attended.
with moves as (
  select meeting_id, employee_id, user_token, device, event, operated_at, record_key
  from {{ ref('int_meeting_events') }}
  where event in ('joined', 'left')
  qualify
    min(event) over (partition by meeting_id, user_token, device, operated_at)
    = max(event) over (partition by meeting_id, user_token, device, operated_at)
),

paired as (
  select
    *,
    lead(event) over in_order as next_event,
    lead(operated_at) over in_order as next_at
  from moves
  window in_order as (
    partition by meeting_id, user_token, device order by operated_at, record_key
  )
),

endings as (
  select p.record_key, min(e.operated_at) as end_event_at
  from paired p
  inner join {{ ref('int_meeting_events') }} e
    on e.meeting_id = p.meeting_id and e.event = 'ended' and e.operated_at >= p.operated_at
  group by p.record_key
),

closed as (
  select
    p.meeting_id,
    p.employee_id,
    p.operated_at as started_at,
    case
      when p.next_event = 'left' then p.next_at
      else least(coalesce(e.end_event_at, m.scheduled_end_at, p.operated_at), p.next_at, a.as_of)
    end as ended_at
  from paired p
  inner join {{ ref('fct_meetings') }} m on m.meeting_id = p.meeting_id
  left join endings e on e.record_key = p.record_key
  cross join {{ ref('int_as_of') }} a
  where p.event = 'joined' and p.employee_id <> 'unmatched'
),

united as (
  {{ union_intervals('closed', ['meeting_id', 'employee_id']) }}
)

select meeting_id, employee_id, started_at, ended_at
from united
