with newest as (
  {{ newest_version(ref('stg_care__block')) }}
)

select
  'care:' || n.record_key as block_id,
  c.customer_id,
  c.store_id,
  n.blocked_at,
  {{ local_day('n.blocked_at') }} as blocked_day,
  n.unblocked_at
from newest n
join {{ ref('int_record_customers') }} c on c.record_key = 'block:' || n.record_key
where c.customer_id <> 'unknown'
