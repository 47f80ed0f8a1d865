with rosters as (
  {{ newest_version(ref('stg_hr__roster')) }}
)

select
  employee_id,
  date_day,
  {{ clock('shift_start_local') }} as shift_start_local,
  {{ clock('shift_end_local') }} as shift_end_local,
  is_rest_day
from rosters
