{# Since when and until when a store has an account, its last version that names the account says. #}
with items as (
  select store_id, valid_from as version_from, {{ json_items('accounts') }} as item
  from {{ ref('int_stores') }}
),

accounts as (
  select
    store_id,
    version_from,
    {{ json_text('item', 'system') }} as system,
    {{ json_text('item', 'account') }} as account,
    {{ json_text('item', 'valid_from') }} as valid_from,
    {{ json_text('item', 'valid_to') }} as valid_to
  from items
),

told as (
  select *
  from accounts
  qualify version_from = max(version_from) over (partition by store_id, system, account)
),

held as (
  {{ held_in_turn('told', ['system', 'account'], ['store_id']) }}
)

select store_id, system, account, valid_from_at, valid_to_at
from held
