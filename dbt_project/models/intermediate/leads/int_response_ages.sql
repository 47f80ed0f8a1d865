{# Each valid lead with its age on the response clock at as_of: it is judged by a threshold only once it is older. #}
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
  {{ minutes_between('l.clock_started_at', 'a.as_of') }} as age_minutes
from {{ ref('fct_leads') }} l
cross join {{ ref('int_as_of') }} a
where l.is_valid
