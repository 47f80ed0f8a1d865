{# Each lead with its store's hours on the day its clock started, and when it was first answered: not before that. #}
with hours as (
  select store_id, opens_local, closes_local, valid_from, coalesce(valid_to, cast('9999-12-31' as date)) as valid_to
  from {{ ref('dim_store') }}
)

select
  o.lead_id,
  o.store_id,
  o.clock_started_at,
  o.dispatched_at,
  case
    when o.first_attempt_at < o.clock_started_at then o.clock_started_at
    else o.first_attempt_at
  end as responded_at,
  coalesce(h.opens_local, '09:00') as opens_local,
  coalesce(h.closes_local, '18:00') as closes_local
from {{ ref('int_lead_outcomes') }} o
left join hours h
  on h.store_id = o.store_id
  and {{ local_day('o.clock_started_at') }} >= h.valid_from and {{ local_day('o.clock_started_at') }} < h.valid_to
