with items as (
  select store_id, {{ json_items('data', 'lines') }} as item
  from {{ ref('int_stores') }}
)

select distinct
  store_id,
  {{ json_text('item', 'platform') }} as platform,
  {{ json_text('item', 'number.token') }} as number_token
from items
where {{ json_text('item', 'number.token') }} is not null
