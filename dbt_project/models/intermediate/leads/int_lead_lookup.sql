{# For records without a reference: a customer's leads as periods, at their store and at any, so that an instant finds the one
   received last before it. #}
select
  lead_id,
  customer_id,
  store_id,
  received_at,
  coalesce(lead(received_at) over (partition by customer_id, store_id order by received_at, lead_id), {{ forever() }})
    as valid_to_at,
  coalesce(lead(received_at) over (partition by customer_id order by received_at, lead_id), {{ forever() }})
    as valid_anywhere_to_at
from {{ ref('int_leads') }}
where customer_id <> 'unknown'
