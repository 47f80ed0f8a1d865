{% set participant = 'payload.object.participant' %}
with events as (
  {{ raw_events('zoom.webhook') }}
),

typed as (
  select
    *,
    {{ json_text('data', 'payload.object.uuid') }} as meeting_uuid,
    {{ json_text('data', 'event') }} as event,
    {{ epoch_ms_at(json_text('data', 'event_ts')) }} as event_at,
    try_cast({{ json_text('data', 'payload.object.start_time') }} as {{ t('instant') }}) as start_at,
    try_cast({{ json_text('data', 'payload.object.duration') }} as {{ t('double') }}) as duration_minutes,
    try_cast({{ json_text('data', participant ~ '.join_time') }} as {{ t('instant') }}) as join_at,
    try_cast({{ json_text('data', participant ~ '.leave_time') }} as {{ t('instant') }}) as leave_at
  from events
)

select
  event,
  meeting_uuid,
  {{ json_text('data', 'payload.object.topic') }} as subject,
  {{ token('data', 'payload.object.host_id') }} as host_token,
  {{ token('data', participant ~ '.id') }} as user_token,
  coalesce(
    {{ token('data', participant ~ '.id') }},
    {{ token('data', participant ~ '.email') }},
    {{ token('data', participant ~ '.participant_uuid') }},
    {{ json_text('data', participant ~ '.user_id') }}
  ) as participant_token,
  {{ json_text('data', participant ~ '.user_id') }} as session_id,
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
