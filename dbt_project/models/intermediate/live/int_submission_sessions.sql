{# The live session of a submission: the room it names, else the one of its platform and store it falls into, where
   the store is known. #}
select s.submission_id, r.session_id
from {{ ref('int_submissions') }} s
join {{ ref('int_live_rooms') }} r
  on r.platform = s.platform and r.store_id = s.store_id
  and (
    r.room_id = s.room_id
    or (
      s.room_id is null and s.store_id <> 'unknown' and s.submitted_at >= r.started_at and s.submitted_at <= r.heard_until
    )
  )
qualify row_number() over (partition by s.submission_id order by r.started_at desc, r.session_id) = 1
