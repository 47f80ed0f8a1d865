{# A meeting as one store lived it: from the first of its people who joined to the last who left. #}
select
  p.meeting_id,
  p.store_id,
  p.brand,
  p.organiser_level,
  p.kind,
  min(p.week_start_date) as week_start_date,
  min(p.employee_id) as employee_id,
  min(a.joined_at) as started_at,
  max(a.left_at) as ended_at
from {{ ref('int_meeting_load_people') }} p
inner join {{ ref('fct_meeting_attendance') }} a
  on a.meeting_id = p.meeting_id and a.employee_id = p.employee_id
group by p.meeting_id, p.store_id, p.brand, p.organiser_level, p.kind
