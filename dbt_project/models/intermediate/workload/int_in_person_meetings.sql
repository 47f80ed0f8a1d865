with copies as (
  {{ newest_version(ref('stg_calendar__event')) }}
),

series as (
  select series_id, event_source, max(series_modified_at) as modified_at
  from copies
  group by series_id, event_source
),

-- A calendar's last revision of a series, and since when that tells of every occurrence: 400 days before it was pulled.
revisions as (
  select
    s.series_id,
    s.event_source,
    s.modified_at,
    max(c.series_sequence_no) as sequence_no,
    {{ add_seconds('min(c.told_at)', '-400 * 86400') }} as tells_from_at
  from series s
  inner join copies c
    on c.series_id = s.series_id and c.event_source = s.event_source and c.series_modified_at = s.modified_at
  group by s.series_id, s.event_source, s.modified_at
),

-- What the last revision no longer tells is none; a calendar that has not heard of the organiser's last says nothing.
entries as (
  select *
  from copies c
  where not exists (
    select 1
    from revisions r
    where
      r.series_id = c.series_id
      and r.tells_from_at <= coalesce(c.recurs_at, c.started_at)
      and (
        (r.event_source = c.event_source and r.modified_at > coalesce(c.series_modified_at, c.version_at))
        or r.sequence_no > c.series_sequence_no
      )
  )
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
