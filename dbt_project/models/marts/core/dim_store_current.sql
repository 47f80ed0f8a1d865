select
  store_id,
  store_name,
  group_id,
  brand,
  oem,
  region,
  province,
  city,
  store_type
from {{ ref('dim_store') }}
qualify row_number() over (partition by store_id order by is_current desc, valid_from desc) = 1
