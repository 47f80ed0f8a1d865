{# The order of each delivery: the one it names; where it names none, the customer's last order at the store placed by
   then (by the end of a day told alone) and not cancelled. `order_key` is null where no such order is known. #}
with newest as (
  {{ newest_version(ref('stg_crm__delivery')) }}
),

newest_orders as (
  {{ newest_version(ref('stg_crm__order')) }}
),

orders as (
  select * from newest_orders where ordered_at is not null
),

customers as (
  select record_key, customer_id from {{ ref('int_record_customers') }} where customer_id <> 'unknown'
),

placed as (
  select o.record_key, o.store_id, o.ordered_at, o.cancelled_at, c.customer_id
  from orders o
  join customers c on c.record_key = 'order:' || o.record_key
),

unnamed as (
  select n.record_key, max_by(p.record_key, {{ struct_of({'at': 'p.ordered_at', 'order': 'p.record_key'}) }}) as order_key
  from newest n
  join customers c on c.record_key = 'delivery:' || n.record_key
  join placed p on p.customer_id = c.customer_id and p.store_id = n.store_id
  where n.order_id is null
    and p.ordered_at <= {{ told_until('n.delivered_at') }}
    and (p.cancelled_at is null or p.cancelled_at > n.delivered_at)
  group by n.record_key
)

select
  n.record_key,
  n.account || ':' || n.order_id as named_order_key,
  coalesce(o.record_key, u.order_key) as order_key,
  n.crm_lead_id,
  coalesce(n.employee_id, 'unassigned') as employee_id,
  n.started_at,
  n.delivered_at,
  n.taken_back_at is not null as is_taken_back
from newest n
left join orders o on o.record_key = n.account || ':' || n.order_id
left join unnamed u on u.record_key = n.record_key
where n.delivered_at is not null
