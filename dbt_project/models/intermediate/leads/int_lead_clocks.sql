{{ config(materialized='view') }}
{# The four response clocks of each lead, in minutes: from the platform's time and from dispatch, by the calendar and by
   the store's opening hours; null while nobody has responded. #}
select
  r.lead_id,
  {{ minutes_between('r.clock_started_at', 'r.responded_at') }} as from_platform_minutes,
  {{ open_between('r.clock_started_at', 'r.responded_at', 'r.opens_local', 'r.closes_local') }}
    - coalesce(c.closed_minutes, 0) as from_platform_business_minutes,
  case when r.dispatched_at <= r.responded_at then {{ minutes_between('r.dispatched_at', 'r.responded_at') }}
    when r.responded_at is not null and r.dispatched_at is not null then 0 end as from_dispatch_minutes,
  case when r.dispatched_at <= r.responded_at then
    {{ open_between('r.dispatched_at', 'r.responded_at', 'r.opens_local', 'r.closes_local') }}
    - coalesce(c.closed_minutes_from_dispatch, 0)
    when r.responded_at is not null and r.dispatched_at is not null then 0 end as from_dispatch_business_minutes
from {{ ref('int_lead_responses') }} r
left join {{ ref('int_lead_closed_minutes') }} c on c.lead_id = r.lead_id
