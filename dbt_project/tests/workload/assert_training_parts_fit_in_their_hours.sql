select month_start_date, store_id, organiser_level
from {{ ref('mart_training_load') }}
where
  after_hours_person_hours + rest_day_person_hours > person_hours + 1e-6
  or person_hours < 0
  or passed > persons
