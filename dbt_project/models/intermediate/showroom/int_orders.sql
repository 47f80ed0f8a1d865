{# Orders with their delivery. Where delivery records speak of an order they are believed, and not the date noted with
   it: the first that was not taken back, none where all were. A delivery whose order nobody entered makes one, inferred
   at its own instant. `party_key` is the record that says whose order it is, and of which store. #}
with newest as (
  {{ newest_version(ref('stg_crm__order')) }}
),

orders as (
  select * from newest where ordered_at is not null
),

deliveries as (
  select * from {{ ref('int_deliveries') }}
),

handed_over as (
  select order_key, min(case when not is_taken_back then delivered_at end) as delivered_at
  from deliveries
  where order_key is not null
  group by order_key
),

without_order as (
  select
    *,
    coalesce(named_order_key, 'delivery:' || record_key) as made_key
  from deliveries
  where order_key is null and not is_taken_back
),

made as (
  select *
  from without_order
  qualify row_number() over (partition by made_key order by delivered_at, record_key) = 1
)

select
  o.record_key,
  'order:' || o.record_key as party_key,
  o.employee_id,
  o.crm_lead_id,
  o.series_id,
  o.brand,
  o.series_name,
  o.energy_type,
  o.amount,
  o.ordered_at,
  o.cancelled_at,
  o.invoiced_at,
  case when h.order_key is null then o.delivered_at else h.delivered_at end as delivered_at,
  case when h.order_key is null then 'crm.order' else 'crm.delivery' end as delivered_source,
  false as is_inferred
from orders o
left join handed_over h on h.order_key = o.record_key
union all
select
  made_key, 'delivery:' || record_key, employee_id, crm_lead_id, null, null, null, null, null,
  delivered_at as ordered_at, null, null, delivered_at, 'crm.delivery', true
from made
