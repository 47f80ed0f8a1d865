{{ config(materialized='view') }}
with items as (
  select employee_id, {{ json_items('employments') }} as item
  from {{ ref('int_employees') }}
),

typed as (
  select
    employee_id,
    {{ json_text('item', 'store_id') }} as store_id,
    {{ json_text('item', 'team') }} as team,
    {{ json_text('item', 'role') }} as role,
    try_cast({{ json_text('item', 'valid_from') }} as date) as valid_from,
    try_cast({{ json_text('item', 'valid_to') }} as date) as valid_to
  from items
),

following as (
  select
    *,
    lead(valid_from) over (partition by employee_id order by valid_from nulls last, store_id) as next_from
  from typed
)

select
  employee_id,
  store_id,
  team,
  role,
  valid_from,
  case when valid_to is null or next_from < valid_to then next_from else valid_to end as valid_to
from following
where next_from is null or next_from > valid_from
