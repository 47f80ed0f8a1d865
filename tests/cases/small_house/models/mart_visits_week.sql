with people as (
  select * from {{ ref('int_visits_people') }}
)

select
  week_start_date,
  store_id,
  kind,
  count(distinct employee_id) as persons,
  count(*) as visits
from people
group by week_start_date, store_id, kind
