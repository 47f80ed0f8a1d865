{# The weekend days worked for National Day 2026 and the weekdays off for it, by the State Council's notice; an ordinary
   weekend beside them. A rest day of a person is their roster's, whatever the calendar says. #}
with expected as (
  select cast('2026-09-20' as date) as date_day, 7 as weekday, true as is_workday, true as is_makeup_workday
  union all
  select cast('2026-10-10' as date), 6, true, true
  union all
  select cast('2026-10-01' as date), 4, false, false
  union all
  select cast('2026-10-17' as date), 6, false, false
  union all
  select cast('2026-10-13' as date), 2, true, false
)

select e.*
from expected e
left join {{ ref('dim_date') }} d
  on
    d.date_day = e.date_day
    and d.weekday = e.weekday
    and d.is_workday = e.is_workday
    and d.is_makeup_workday = e.is_makeup_workday
where d.date_day is null
