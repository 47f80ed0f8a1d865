with events as (
  {{ raw_events('dingtalk.meeting') }}
),

typed as (
  select
    *,
    {{ json_text('data', 'conferenceId') }} as conference_id
  from events
)

select
  conference_id,
  data,
  {{ json_text('data', 'title') }} as title,
  {{ token('data', 'creatorId') }} as creator_token,
  {{ epoch_ms_at(json_text('data', 'startTime')) }} as started_at,
  {{ epoch_ms_at(json_text('data', 'endTime')) }} as ended_at,
  {{ staged("account || ':' || conference_id") }}
from typed
