{# Minutes of a lead's store's opening hours that fell on days it was closed, between each start of a response clock and
   the response, or as_of while nobody has responded: what the clocks in business hours leave out. #}
with leads as (
  select r.*, coalesce(r.responded_at, a.as_of) as until_at
  from {{ ref('int_lead_responses') }} r
  cross join {{ ref('int_as_of') }} a
),

closures as (
  select store_id, date_day, {{ local_midnight('date_day') }} as begins_at,
    {{ local_midnight(add_days('date_day', 1)) }} as ends_at
  from {{ ref('store_closures') }}
),

closed as (
  select distinct
    l.lead_id, l.opens_local, l.closes_local, l.clock_started_at, l.dispatched_at, l.until_at,
    c.date_day, c.begins_at, c.ends_at
  from leads l
  join closures c
    on c.store_id in ('all', l.store_id)
    and c.ends_at > least(l.clock_started_at, coalesce(l.dispatched_at, l.clock_started_at))
    and c.begins_at < l.until_at
)

select
  lead_id,
  {%- for name, start in [('closed_minutes', 'clock_started_at'), ('closed_minutes_from_dispatch', 'dispatched_at')] %}
  sum(case when {{ start }} < ends_at then
    {{ open_between('greatest(' ~ start ~ ', begins_at)', 'least(until_at, ends_at)', 'opens_local', 'closes_local') }}
  else 0 end) as {{ name }}{{ ',' if not loop.last }}
  {%- endfor %}
from closed
group by lead_id
