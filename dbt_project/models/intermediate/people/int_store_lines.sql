{# The stores' telephone lines. One of a platform nobody knows, by its code or its Chinese name, is the store's own. Since
   when and until when a store has a line, its last version that names the line says. #}
with spellings as (
  {{ platform_spellings() }}
),

items as (
  select store_id, valid_from as version_from, {{ json_items('lines') }} as item
  from {{ ref('int_stores') }}
),

lines as (
  select
    store_id,
    version_from,
    {{ json_text('item', 'platform') }} as spelling,
    {{ token('item', 'number') }} as number_token,
    {{ json_text('item', 'valid_from') }} as valid_from,
    {{ json_text('item', 'valid_to') }} as valid_to
  from items
),

told as (
  select l.store_id, coalesce(p.platform, 'other') as platform, l.number_token, l.valid_from, l.valid_to
  from lines l
  left join spellings p on p.spelling = l.spelling
  qualify l.version_from = max(l.version_from) over (partition by l.store_id, l.number_token)
),

held as (
  {{ held_in_turn('told', ['number_token'], ['store_id', 'platform']) }}
)

select store_id, platform, number_token, valid_from_at, valid_to_at
from held
