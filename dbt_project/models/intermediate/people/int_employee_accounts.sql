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
    {{ day_of_text(json_text('item', 'valid_from')) }} as valid_from,
    {{ day_of_text(json_text('item', 'valid_to')) }} as valid_to
  from accounts
  union all
  select
    employee_id,
    'work_phone' as system,
    {{ token('item', 'number') }} as account_token,
    {{ day_of_text(json_text('item', 'valid_from')) }} as valid_from,
    {{ day_of_text(json_text('item', 'valid_to')) }} as valid_to
  from phones
),

given as (
  select
    employee_id,
    system,
    account_token,
    coalesce({{ local_midnight('valid_from') }}, {{ beginning() }}) as valid_from_at,
    coalesce({{ local_midnight('valid_to') }}, {{ forever() }}) as valid_to_at
  from accounts_and_phones
  where account_token is not null
),

edges as (
  select system, account_token, valid_from_at as edge_at from given
  union
  select system, account_token, valid_to_at as edge_at from given
),

stretches as (
  select
    system,
    account_token,
    edge_at as valid_from_at,
    lead(edge_at) over (partition by system, account_token order by edge_at) as valid_to_at
  from edges
)

-- Where two periods of an account overlap by mistake, the later holder has it.
select
  g.employee_id,
  s.system,
  s.account_token,
  s.valid_from_at,
  s.valid_to_at
from stretches s
inner join given g
  on
    g.system = s.system
    and g.account_token = s.account_token
    and g.valid_from_at <= s.valid_from_at
    and g.valid_to_at >= s.valid_to_at
qualify row_number() over (
  partition by s.system, s.account_token, s.valid_from_at order by g.valid_from_at desc, g.employee_id
) = 1
