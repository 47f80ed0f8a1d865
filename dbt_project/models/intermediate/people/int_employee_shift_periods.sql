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
  {{ day_of_text(json_text('item', 'valid_from')) }} as valid_from,
  {{ day_of_text(json_text('item', 'valid_to')) }} as valid_to
from items
