{# The same meetings, persons and hours in both; owners inside are among the leads received. #}
with load as (
  select * from {{ ref('mart_meeting_load') }}
),

cost as (
  select * from {{ ref('mart_meeting_cost') }}
)

select coalesce(l.store_id, c.store_id) as store_id, l.person_hours, c.person_hours as cost_hours
from load l
full outer join cost c
  on
    c.week_start_date = l.week_start_date
    and c.store_id = l.store_id
    and c.organiser_level = l.organiser_level
    and c.kind = l.kind
where
  l.persons is null
  or c.persons is null
  or l.persons <> c.persons
  or abs(l.person_hours - c.person_hours) > 1e-6
  or c.owner_in_meeting_leads > c.leads_received_during
