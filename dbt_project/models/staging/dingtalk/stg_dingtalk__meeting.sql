with events as (
  {{ raw_events('dingtalk.meeting') }}
),

typed as (
  select
    *,
    data.conferenceId as conference_id
  from events
)

select
  conference_id,
  data.members,
  data.title as title,
  data.creatorId.token as creator_token,
  {{ epoch_ms_at('data.startTime') }} as started_at,
  {{ epoch_ms_at('data.endTime') }} as ended_at,
  {{ staged("account || ':' || conference_id") }}
from typed
