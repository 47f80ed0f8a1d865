with events as (
  {{ raw_events('tencent_meeting.webhook') }}
),

elements as (
  select
    *,
    {{ json_items('data.payload') }} as element
  from events
),

typed as (
  select
    *,
    data.event as event,
    {{ json_text('element', 'meeting_info.meeting_id') }} as meeting_id,
    {{ json_text('element', 'meeting_info.sub_meeting_id') }} as sub_meeting_id,
    {{ json_text('element', 'meeting_info.subject') }} as subject,
    {{ token('element', 'meeting_info.creator.userid') }} as creator_token,
    {{ token('element', 'operator.userid') }} as operator_token,
    coalesce(
      {{ token('element', 'operator.userid') }},
      {{ token('element', 'operator.uuid') }},
      {{ token('element', 'operator.ms_open_id') }},
      {{ token('element', 'operator.open_id') }}
    ) as participant_token,
    {{ json_text('element', 'operator.instance_id') }} as instance_id,
    {{ epoch_ms_at(json_text('element', 'operate_time')) }} as operated_at,
    {{ epoch_s_at(json_text('element', 'meeting_info.start_time')) }} as scheduled_start_at,
    {{ epoch_s_at(json_text('element', 'meeting_info.end_time')) }} as scheduled_end_at,
    row_number() over (partition by source, event_id order by cast(element as {{ t('text') }})) as element_no
  from elements
)

select
  event,
  meeting_id,
  sub_meeting_id,
  subject,
  creator_token,
  operator_token,
  participant_token,
  instance_id,
  operated_at,
  scheduled_start_at,
  scheduled_end_at,
  {{ staged("account || ':' || event_id || ':' || cast(element_no as " ~ t('text') ~ ")") }}
from typed
