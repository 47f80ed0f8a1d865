with events as (
  select * from {{ ref('int_meeting_events') }}
),

times as (
  select
    meeting_id,
    min(case when event = 'started' then operated_at end) as started_at,
    max(case when event = 'ended' then operated_at end) as ended_at,
    count(distinct case when event = 'joined' then participant_token end) as participants
  from events
  group by meeting_id
),

newest as (
  select *
  from {{ ref('int_meetings_called') }}
),

kinds as (
  select n.meeting_id, k.kind, k.is_training
  from newest n
  inner join {{ ref('meeting_kinds') }} k on {{ holds('n.subject', 'k.pattern') }}
  qualify row_number() over (
    partition by n.meeting_id order by k.priority, length(k.pattern) desc, k.pattern
  ) = 1
),

organisers as (
  select n.meeting_id, o.organiser_level
  from newest n
  inner join {{ ref('organiser_levels') }} o on {{ holds('n.subject', 'o.pattern') }}
  qualify row_number() over (
    partition by n.meeting_id order by o.priority, length(o.pattern) desc, o.pattern
  ) = 1
)

select
  n.meeting_id,
  n.medium,
  coalesce(o.organiser_level, case when c.store_id is not null then 'store' end, 'unknown') as organiser_level,
  coalesce(k.kind, 'unknown') as kind,
  coalesce(k.is_training, false) as is_training,
  coalesce(t.started_at, n.scheduled_start_at) as started_at,
  greatest(coalesce(t.ended_at, n.scheduled_end_at), coalesce(t.started_at, n.scheduled_start_at)) as ended_at,
  n.scheduled_end_at,
  cast(t.participants as {{ t('int') }}) as participants,
  coalesce(c.store_id, 'unknown') as store_id
from newest n
inner join times t on t.meeting_id = n.meeting_id
left join kinds k on k.meeting_id = n.meeting_id
left join organisers o on o.meeting_id = n.meeting_id
left join {{ ref('dim_consultant') }} c
  on
    c.employee_id = nullif(n.employee_id, 'unmatched')
    and n.operated_at >= c.valid_from_at
    and n.operated_at < c.valid_to_at
