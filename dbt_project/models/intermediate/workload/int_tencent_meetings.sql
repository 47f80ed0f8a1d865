{# What happens in meetings of Tencent Meeting, in our words. A room of one's own has one id for ever: whoever starts or joins it
   on another working day begins another meeting, whether or not the last one was ended. #}
with moves as (
  select
    record_key,
    meeting_id || coalesce('/' || sub_meeting_id, '') as room_id,
    case event
      when 'meeting.started' then 'started'
      when 'meeting.end' then 'ended'
      when 'meeting.participant-joined' then 'joined'
      when 'meeting.participant-left' then 'left'
    end as event,
    subject,
    creator_token,
    operator_token,
    participant_token,
    instance_id,
    operated_at,
    scheduled_start_at,
    scheduled_end_at,
    version_at
  from {{ ref('stg_tencent_meeting__webhook') }}
),

begun as (
  select *, case when event in ('started', 'joined') then {{ working_day('operated_at') }} end as begun_day
  from moves
  where event is not null and operated_at is not null
),

held as (
  select
    *,
    max(begun_day) over (partition by room_id order by operated_at) as held_day,
    min(begun_day) over (partition by room_id) as first_day
  from begun
)

select
  record_key,
  room_id || case when held_day > first_day then '@' || cast(held_day as {{ t('text') }}) else '' end as vendor_meeting_id,
  event,
  subject,
  creator_token,
  operator_token,
  participant_token,
  instance_id,
  operated_at,
  scheduled_start_at,
  scheduled_end_at,
  version_at
from held
