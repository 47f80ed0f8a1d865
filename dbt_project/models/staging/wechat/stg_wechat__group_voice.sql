with events as (
  {{ raw_events('wechat.group_voice') }}
),

typed as (
  select
    *,
    data.call_id as call_id,
    data.member.token as member_token,
    {{ local_text_to_utc('data.joined_at') }} as joined_at
  from events
)

select
  call_id,
  member_token,
  data.subject as subject,
  data.organiser.token as organiser_token,
  joined_at,
  {{ local_text_to_utc('data.left_at') }} as left_at,
  {{ local_text_to_utc('data.started_at') }} as started_at,
  {{ local_text_to_utc('data.ended_at') }} as ended_at,
  {{ staged(
    "account || ':' || call_id || ':' || coalesce(member_token, '~') || ':' || " ~ 'data.joined_at'
  ) }}
from typed
