with elements as (
  select
    'tencent_meeting:' || meeting_id || coalesce('/' || sub_meeting_id, '') as meeting_id,
    subject,
    creator_token,
    scheduled_start_at,
    scheduled_end_at,
    operated_at
  from {{ ref('stg_tencent_meeting__webhook') }}
  qualify row_number() over (
    partition by meeting_id, sub_meeting_id order by operated_at desc, batch_id desc, record_key desc
  ) = 1
)

{{ held_by('elements', 'meeting_id', "'tencent_meeting'", 'creator_token', 'operated_at') }}
