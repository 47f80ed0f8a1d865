with items as (
  select store_id, {{ json_items('accounts') }} as item
  from {{ ref('int_stores') }}
)

select distinct
  store_id,
  {{ json_text('item', 'system') }} as system,
  {{ json_text('item', 'account') }} as account
from items
