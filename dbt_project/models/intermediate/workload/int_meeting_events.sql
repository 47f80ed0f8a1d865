with moves as (
  select *, medium || ':' || vendor_meeting_id as meeting_id
  from {{ ref('int_meeting_moves') }}
)

{{ held_by('moves', 'record_key', 'r.medium', 'user_token', 'operated_at') }}
