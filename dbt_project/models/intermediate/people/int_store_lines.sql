{# The stores' telephone lines. One of a platform nobody knows, by its code or its Chinese name, is the store's own. #}
with spellings as (
  {{ platform_spellings() }}
),

items as (
  select store_id, {{ json_items('lines') }} as item
  from {{ ref('int_stores') }}
),

lines as (
  select store_id, {{ json_text('item', 'platform') }} as spelling, {{ token('item', 'number') }} as number_token
  from items
)

select distinct l.store_id, coalesce(p.platform, 'other') as platform, l.number_token
from lines l
left join spellings p on p.spelling = l.spelling
where l.number_token is not null
