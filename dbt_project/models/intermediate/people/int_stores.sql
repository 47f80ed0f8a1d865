{# A version without a readable day holds from the beginning, one without readable hours is open from nine to six; of two
   from one day the one of the later key holds. #}
with newest as (
  {{ newest_version(ref('stg_hr__store')) }}
),

dated as (
  select *, coalesce(valid_from, {{ first_day() }}) as from_day
  from newest
),

following as (
  select *, lead(from_day) over (partition by store_id order by from_day, record_key) as next_from
  from dated
  where valid_to is null or valid_to > from_day
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
  coalesce({{ clock('opens_local') }}, '09:00') as opens_local,
  coalesce({{ clock('closes_local') }}, '18:00') as closes_local,
  from_day as valid_from,
  case when valid_to is null or next_from < valid_to then next_from else valid_to end as valid_to,
  accounts,
  lines
from following
where next_from is null or next_from > from_day
