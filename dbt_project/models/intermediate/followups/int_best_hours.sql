{{ config(materialized='view') }}
{# When customers pick up: of the weekday-hours with five calls or more the one whose connect rate is surely highest
   (lower end of its Wilson interval), by level, and over all levels as level `all`. #}
with counted as (
  select level, weekday, hour, sum(attempts) as attempts, sum(connected) as connected
  from {{ ref('mart_contact_timing') }}
  group by level, weekday, hour
  union all
  select 'all', weekday, hour, sum(attempts), sum(connected)
  from {{ ref('mart_contact_timing') }}
  group by weekday, hour
),

bounded as (
  select *, {{ wilson('connected', 'attempts', -1) }} as low
  from counted
  where attempts >= 5 and connected > 0
)

select level, weekday, hour
from bounded
qualify row_number() over (partition by level order by low desc, weekday, hour) = 1
