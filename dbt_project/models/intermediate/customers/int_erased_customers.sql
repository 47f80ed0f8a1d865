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

values_of_records as (
  select record_key, customer_phone_token as token
  from {{ ref('int_customer_records') }}
  where customer_phone_token is not null
  union
  select record_key, customer_phone_masked as token
  from {{ ref('int_customer_records') }}
  where customer_phone_masked is not null
)

select r.customer_id, min(p.erased_at) as erased_at
from pseudonyms p
inner join values_of_records v on v.token = p.pseudonym
inner join {{ ref('int_record_customers') }} r on r.record_key = v.record_key
where r.customer_id <> 'unknown'
group by r.customer_id
