with newest as (
  {{ newest_version(ref('stg_hr__store')) }}
),

following as (
  select *, lead(valid_from) over (partition by store_id order by valid_from nulls last) as next_from
  from newest
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
  {{ clock('opens_local') }} as opens_local,
  {{ clock('closes_local') }} as closes_local,
  valid_from,
  case when valid_to is null or next_from < valid_to then next_from else valid_to end as valid_to,
  accounts,
  lines
from following
