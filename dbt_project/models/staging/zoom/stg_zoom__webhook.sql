with events as (
  {{ raw_events('zoom.webhook') }}
),

typed as (
  select
    *,
    data.payload.object.uuid as meeting_uuid,
    data.event as event,
    {{ epoch_ms_at('data.event_ts') }} as event_at,
    try_cast(data.payload.object.start_time as {{ t('instant') }}) as start_at,
    try_cast(data.payload.object.duration as {{ t('double') }}) as duration_minutes,
    try_cast(data.payload.object.participant.join_time as {{ t('instant') }}) as join_at,
    try_cast(data.payload.object.participant.leave_time as {{ t('instant') }}) as leave_at
  from events
)

select
  event,
  meeting_uuid,
  data.payload.object.topic as subject,
  data.payload.object.host_id.token as host_token,
  data.payload.object.participant.id.token as user_token,
  coalesce(
    data.payload.object.participant.id.token,
    data.payload.object.participant.email.token,
    data.payload.object.participant.participant_uuid.token,
    data.payload.object.participant.user_id
  ) as participant_token,
  data.payload.object.participant.user_id as session_id,
  event_at,
  case
    when event = 'meeting.participant_joined' then coalesce(join_at, event_at)
    when event = 'meeting.participant_left' then coalesce(leave_at, event_at)
    else event_at
  end as operated_at,
  start_at as scheduled_start_at,
  {{ add_seconds('start_at', '60 * duration_minutes') }} as scheduled_end_at,
  {{ staged("account || ':' || event_id") }}
from typed
