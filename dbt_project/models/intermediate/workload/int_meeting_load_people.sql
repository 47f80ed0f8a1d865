select
  {{ week_start('a.joined_day') }} as week_start_date,
  a.store_id,
  s.brand,
  m.organiser_level,
  m.kind,
  a.meeting_id,
  a.employee_id,
  a.attended_hours,
  a.after_hours_hours,
  a.rest_day_hours,
  a.conflict_hours
from {{ ref('fct_meeting_attendance') }} a
inner join {{ ref('fct_meetings') }} m on m.meeting_id = a.meeting_id
inner join {{ ref('dim_store_current') }} s on s.store_id = a.store_id
where not m.is_training
