with rosters as (
  {{ newest_version(ref('stg_hr__roster')) }}
)

select employee_id, date_day, shift_start_local, shift_end_local, is_rest_day
from rosters
