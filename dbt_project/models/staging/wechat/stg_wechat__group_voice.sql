with events as (
  {{ raw_events('wechat.group_voice') }}
),

typed as (
  select
    *,
    {{ json_text('data', 'call_id') }} as call_id,
    {{ token('data', 'member') }} as member_token,
    {{ local_text_to_utc(json_text('data', 'joined_at')) }} as joined_at
  from events
)

select
  call_id,
  member_token,
  {{ json_text('data', 'subject') }} as subject,
  {{ token('data', 'organiser') }} as organiser_token,
  joined_at,
  {{ local_text_to_utc(json_text('data', 'left_at')) }} as left_at,
  {{ local_text_to_utc(json_text('data', 'started_at')) }} as started_at,
  {{ local_text_to_utc(json_text('data', 'ended_at')) }} as ended_at,
  {{ staged(
    "account || ':' || call_id || ':' || coalesce(member_token, '~') || ':' || " ~ json_text('data', 'joined_at')
  ) }}
from typed
