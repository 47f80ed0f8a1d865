select
  cast(date_trunc('week', arrived_at at time zone 'Asia/Shanghai') as date) as week_start_date,
  store_id,
  brand,
  kind,
  employee_id,
  visit_id
from {{ ref('int_visits') }}
