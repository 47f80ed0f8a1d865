with orders as (
  select
    n.*,
    coalesce(n.employee_id, 'unassigned') as sold_by,
    l.lead_id,
    l.customer_id,
    l.store_id
  from {{ ref('int_orders') }} n
  join {{ ref('int_crm_record_leads') }} l on l.record_key = n.party_key
)

select
  'crm:' || o.record_key as order_id,
  o.lead_id,
  o.customer_id,
  o.store_id,
  {{ known_employee('o.sold_by') }} as employee_id,
  {{ known_consultant('o.sold_by') }} as consultant_key,
  coalesce(o.series_id, 'unknown') as series_id,
  o.amount,
  o.ordered_at,
  o.cancelled_at,
  o.invoiced_at,
  o.delivered_at,
  o.delivered_source,
  o.is_inferred,
  {{ local_day('o.ordered_at') }} as ordered_day,
  {{ local_day('o.cancelled_at') }} as cancelled_day,
  {{ local_day('o.delivered_at') }} as delivered_day
from orders o
{{ consultant_at('o.sold_by', 'o.ordered_at') }}
