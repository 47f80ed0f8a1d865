with newest as (
  {{ newest_version(ref('stg_crm__key_customer')) }}
)

select
  n.record_key,
  c.customer_id,
  c.store_id,
  n.flagged_at,
  coalesce(n.lifted_at, {{ forever() }}) as lifted_at
from newest n
join {{ ref('int_record_customers') }} c on c.record_key = 'key_customer:' || n.record_key
where n.flagged_at is not null and (n.lifted_at is null or n.lifted_at > n.flagged_at)
