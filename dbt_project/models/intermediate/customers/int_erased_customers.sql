{{ config(materialized='view') }}
{# Customers who were forgotten: their number, or its masked form, is one of a tombstone's pseudonyms. #}
with items as (
  select erasure_id, erased_at, {{ json_items('forgotten') }} as item
  from {{ ref('stg_uplog__tombstone') }}
),

pseudonyms as (
  select {{ json_text('item', 'pseudonym') }} as pseudonym, min(erased_at) as erased_at
  from items
  where {{ json_text('item', 'kind') }} in ('phone', 'ends')
  group by {{ json_text('item', 'pseudonym') }}
),

records as (
  select r.record_key, p.erased_at
  from pseudonyms p
  join {{ ref('int_customer_records') }} r on r.customer_phone_token = p.pseudonym
  union all
  select r.record_key, p.erased_at
  from pseudonyms p
  join {{ ref('int_customer_records') }} r on r.customer_phone_masked = p.pseudonym
)

select c.customer_id, min(r.erased_at) as erased_at
from records r
join {{ ref('int_record_customers') }} c on c.record_key = r.record_key
where c.customer_id <> 'unknown'
group by c.customer_id
