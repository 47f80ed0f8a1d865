with moves as (
  select
    record_key,
    medium,
    medium || ':' || vendor_meeting_id as meeting_id,
    device,
    event,
    user_token,
    participant_token,
    operated_at
  from {{ ref('int_meeting_moves') }}
)

{{ held_by('moves', "case r.medium when 'in_person' then 'calendar' else r.medium end", 'user_token', 'operated_at') }}
