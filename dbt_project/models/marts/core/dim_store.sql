with stores as (
  select * from {{ ref('int_stores') }}
),

as_of as (
  select * from {{ ref('int_as_of') }}
),

versions as (
  select
    store_id || ':' || cast(valid_from as {{ t('text') }}) as store_key,
    store_id, store_name, group_id, brand, oem, region, province, city, store_type,
    opens_local, closes_local, valid_from, valid_to
  from stores
  union all
  select
    'unknown', 'unknown', '未知', 'unknown', 'unknown', null, null, null, null, null,
    '09:00', '18:00', date '1970-01-01', null
)

select
  v.store_key,
  v.store_id,
  v.store_name,
  v.group_id,
  v.brand,
  v.oem,
  v.region,
  v.province,
  v.city,
  v.store_type,
  v.opens_local,
  v.closes_local,
  v.valid_from,
  v.valid_to,
  v.valid_from <= {{ local_day('a.as_of') }}
    and (v.valid_to is null or v.valid_to > {{ local_day('a.as_of') }}) as is_current
from versions v
cross join as_of a
