with newest as (
  {{ newest_version(ref('stg_hr__store')) }}
)

select
  store_id,
  store_name,
  group_id,
  brand,
  oem,
  region,
  province,
  city,
  store_type,
  opens_local,
  closes_local,
  valid_from,
  coalesce(valid_to, lead(valid_from) over (partition by store_id order by valid_from nulls last)) as valid_to,
  accounts,
  lines
from newest
