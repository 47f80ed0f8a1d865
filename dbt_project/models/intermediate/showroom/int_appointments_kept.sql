{# A visit of that customer at the store on the appointment's day, the day before or after, keeps it: the earliest such visit
   since it was set (of that day where it tells no time), whichever of the customer's leads it is of. #}
select a.appointment_id, v.visit_id, v.arrived_at as kept_at
from {{ ref('int_appointments') }} a
join {{ ref('int_visits') }} v
  on v.store_id = a.store_id
  and (v.lead_id = a.lead_id or (a.customer_id <> 'unknown' and v.customer_id = a.customer_id))
  and {{ told_until('v.arrived_at') }} >= a.set_at
  and {{ local_day('v.arrived_at') }}
    between {{ add_days(local_day('a.for_at'), -1) }} and {{ add_days(local_day('a.for_at'), 1) }}
where not a.is_cancelled
qualify row_number() over (partition by a.appointment_id order by v.arrived_at, v.visit_id) = 1
