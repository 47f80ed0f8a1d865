{# An account that several stores name is the first one's by its id. #}
with items as (
  select store_id, {{ json_items('accounts') }} as item
  from {{ ref('int_stores') }}
)

select
  {{ json_text('item', 'system') }} as system,
  {{ json_text('item', 'account') }} as account,
  min(store_id) as store_id
from items
group by {{ json_text('item', 'system') }}, {{ json_text('item', 'account') }}
