with moves as (
  select *, medium || ':' || vendor_meeting_id as meeting_id
  from {{ ref('int_meeting_moves') }}
)

{{ held_by('moves', 'record_key', "case r.medium when 'in_person' then 'calendar' else r.medium end", 'user_token', 'operated_at') }}
