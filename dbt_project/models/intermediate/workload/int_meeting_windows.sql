{# A meeting as one store lived it: from the first of its people who joined to the last who left. It stands under one of
   them who joined in its first week, so that nobody counts in a week without them. #}
with people as (
  select
    *,
    min(week_start_date) over (partition by meeting_id, store_id, brand, organiser_level, kind) as first_week_start_date
  from {{ ref('int_meeting_load_people') }}
)

select
  p.meeting_id,
  p.store_id,
  p.brand,
  p.organiser_level,
  p.kind,
  p.first_week_start_date as week_start_date,
  min(case when p.week_start_date = p.first_week_start_date then p.employee_id end) as employee_id,
  min(a.joined_at) as started_at,
  max(a.left_at) as ended_at
from people p
inner join {{ ref('fct_meeting_attendance') }} a
  on a.meeting_id = p.meeting_id and a.employee_id = p.employee_id
group by p.meeting_id, p.store_id, p.brand, p.organiser_level, p.kind, p.first_week_start_date
