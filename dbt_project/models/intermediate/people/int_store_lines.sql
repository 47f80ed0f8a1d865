{{ config(materialized='view') }}
with items as (
  select store_id, {{ json_items('lines') }} as item
  from {{ ref('int_stores') }}
)

select distinct
  store_id,
  {{ json_text('item', 'platform') }} as platform,
  {{ token('item', 'number') }} as number_token
from items
where {{ token('item', 'number') }} is not null
