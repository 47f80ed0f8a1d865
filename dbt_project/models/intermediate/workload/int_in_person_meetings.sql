with copies as (
  {{ newest_version(ref('stg_calendar__event')) }}
),

-- A calendar that has not heard of the organiser's last revision says nothing.
entries as (
  select *
  from copies
  qualify sequence_no = max(sequence_no) over (partition by meeting_id)
)

select
  e.record_key,
  e.meeting_id as vendor_meeting_id,
  coalesce(e.subject, '') || ' ' || coalesce(e.category, '') as subject,
  e.organiser_token,
  e.started_at,
  least(e.ended_at, a.as_of) as ended_at,
  e.attendees
from entries e
cross join {{ ref('int_as_of') }} a
where
  not e.is_cancelled
  and not e.is_all_day
  and e.started_at < e.ended_at
  and {{ hours_between('e.started_at', 'e.ended_at') }} < 24
  and e.started_at < a.as_of
  and not {{ regexp_has(folded("coalesce(e.location, '')"), 'https?:|腾讯会议|voov|zoom|钉钉|线上') }}
