{# Each valid lead with its age on the response clock at as_of, by the calendar and in the store's opening hours: it is judged
   by a threshold only once it is older. #}
select
  l.lead_id,
  l.store_id,
  l.platform,
  l.received_day,
  l.is_on_clock,
  l.dispatched_at,
  l.first_response_minutes,
  l.first_response_business_minutes,
  l.response_from_dispatch_minutes,
  l.response_from_dispatch_business_minutes,
  {{ minutes_between('l.clock_started_at', 'a.as_of') }} as age_minutes,
  case when l.first_response_minutes is null then
    {{ open_between('l.clock_started_at', 'a.as_of', 'r.opens_local', 'r.closes_local') }}
    - coalesce(c.closed_minutes, 0) end as unanswered_business_minutes
from {{ ref('fct_leads') }} l
cross join {{ ref('int_as_of') }} a
join {{ ref('int_lead_responses') }} r on r.lead_id = l.lead_id
left join {{ ref('int_lead_closed_minutes') }} c on c.lead_id = l.lead_id
where l.is_valid
