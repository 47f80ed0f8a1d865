with accounts as (
  select employee_id, {{ json_items('accounts') }} as item
  from {{ ref('int_employees') }}
),

phones as (
  select employee_id, {{ json_items('work_phones') }} as item
  from {{ ref('int_employees') }}
),

accounts_and_phones as (
  select
    employee_id,
    {{ json_text('item', 'system') }} as system,
    {{ token('item', 'account') }} as account_token,
    {{ json_text('item', 'valid_from') }} as valid_from,
    {{ json_text('item', 'valid_to') }} as valid_to
  from accounts
  union all
  select
    employee_id,
    'work_phone' as system,
    {{ token('item', 'number') }} as account_token,
    {{ json_text('item', 'valid_from') }} as valid_from,
    {{ json_text('item', 'valid_to') }} as valid_to
  from phones
),

held as (
  {{ held_in_turn('accounts_and_phones', ['system', 'account_token'], ['employee_id']) }}
)

select employee_id, system, account_token, valid_from_at, valid_to_at
from held
