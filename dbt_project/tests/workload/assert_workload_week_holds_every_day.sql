{# The weeks hold exactly the hours of the days. #}
with days as (
  select sum(tracked_hours) as tracked, sum(shift_hours) as shift, sum(control_hours) as control
  from {{ ref('mart_consultant_day') }}
),

weeks as (
  select sum(tracked_hours) as tracked, sum(shift_hours) as shift, sum(control_hours) as control
  from {{ ref('mart_workload_week') }}
),

burden as (
  select sum(hours) as control from {{ ref('mart_control_burden') }}
)

select d.*
from days d
cross join weeks w
cross join burden b
where
  abs(d.tracked - w.tracked) > 1e-3
  or abs(d.shift - w.shift) > 1e-3
  or abs(d.control - w.control) > 1e-3
  or abs(d.control - b.control) > 1e-3
