select meeting_id, employee_id
from {{ ref('fct_meeting_attendance') }}
where
  after_hours_hours + rest_day_hours > attended_hours + 1e-6
  or conflict_hours > attended_hours + 1e-6
  or attended_hours <= 0
