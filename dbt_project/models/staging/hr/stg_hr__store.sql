with events as (
  {{ raw_events('hr.store') }}
),

typed as (
  select
    *,
    data.store_id as store_id,
    data.valid_from as valid_from_text,
    {{ local_text_to_utc('data.updated_at') }} as updated_at
  from events
)

select
  store_id,
  data.store_name as store_name,
  data.group_id as group_id,
  data.brand as brand,
  data.oem as oem,
  data.region as region,
  data.province as province,
  data.city as city,
  data.store_type as store_type,
  data.opens as opens_local,
  data.closes as closes_local,
  {{ day_of_text('valid_from_text') }} as valid_from,
  {{ day_of_text('data.valid_to') }} as valid_to,
  data.accounts,
  data.lines,
  updated_at,
  {{ staged("store_id || ':' || valid_from_text", 'updated_at') }}
from typed
