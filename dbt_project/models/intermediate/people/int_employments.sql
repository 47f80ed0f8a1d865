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
    coalesce({{ day_of_text(json_text('item', 'valid_from')) }}, {{ first_day() }}) as valid_from,
    {{ day_of_text(json_text('item', 'valid_to')) }} as valid_to
  from items
),

following as (
  select
    *,
    lead(valid_from) over (partition by employee_id order by valid_from, store_id) as next_from
  from typed
  where valid_to is null or valid_to > valid_from
)

select
  f.employee_id,
  {{ known_store() }} as store_id,
  f.team,
  f.role,
  f.valid_from,
  case when f.valid_to is null or f.next_from < f.valid_to then f.next_from else f.valid_to end as valid_to
from following f
{{ store_named('f.store_id') }}
where f.next_from is null or f.next_from > f.valid_from
