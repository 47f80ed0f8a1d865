with events as (
  {{ raw_events('hr.store') }}
),

typed as (
  select
    *,
    {{ json_text('data', 'store_id') }} as store_id,
    {{ json_text('data', 'valid_from') }} as valid_from_text,
    {{ local_text_to_utc(json_text('data', 'updated_at')) }} as updated_at
  from events
)

select
  store_id,
  {{ json_text('data', 'store_name') }} as store_name,
  {{ json_text('data', 'group_id') }} as group_id,
  {{ json_text('data', 'brand') }} as brand,
  {{ json_text('data', 'oem') }} as oem,
  {{ json_text('data', 'region') }} as region,
  {{ json_text('data', 'province') }} as province,
  {{ json_text('data', 'city') }} as city,
  {{ json_text('data', 'store_type') }} as store_type,
  coalesce({{ json_text('data', 'opens') }}, '09:00') as opens_local,
  coalesce({{ json_text('data', 'closes') }}, '18:00') as closes_local,
  try_cast(valid_from_text as date) as valid_from,
  try_cast({{ json_text('data', 'valid_to') }} as date) as valid_to,
  data,
  updated_at,
  {{ staged("store_id || ':' || valid_from_text", 'updated_at') }}
from typed
