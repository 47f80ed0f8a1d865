{{ config(materialized='view') }}
with items as (
  select employee_id, {{ json_items('shifts') }} as item
  from {{ ref('int_employees') }}
)

select
  employee_id,
  {{ clock(json_text('item', 'starts')) }} as starts,
  {{ clock(json_text('item', 'ends')) }} as ends,
  {{ json_text('item', 'rest_weekdays') }} as rest_weekdays,
  try_cast({{ json_text('item', 'valid_from') }} as date) as valid_from,
  try_cast({{ json_text('item', 'valid_to') }} as date) as valid_to
from items
