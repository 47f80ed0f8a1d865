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
    try_cast({{ json_text('item', 'valid_from') }} as date) as valid_from,
    try_cast({{ json_text('item', 'valid_to') }} as date) as valid_to
  from accounts
  union all
  select
    employee_id,
    'work_phone' as system,
    {{ token('item', 'number') }} as account_token,
    try_cast({{ json_text('item', 'valid_from') }} as date) as valid_from,
    try_cast({{ json_text('item', 'valid_to') }} as date) as valid_to
  from phones
)

select
  employee_id,
  system,
  account_token,
  valid_from,
  valid_to,
  coalesce({{ local_midnight('valid_from') }}, {{ beginning() }}) as valid_from_at,
  coalesce({{ local_midnight('valid_to') }}, {{ forever() }}) as valid_to_at
from accounts_and_phones
where account_token is not null
