with members as (
  select distinct c.component, r.record_key, r.recorded_at
  from {{ ref('int_customer_components') }} c
  join {{ ref('int_customer_records') }} r on r.record_key = c.record_key
)

select
  component,
  'c' || substr(md5(record_key), 1, 16) as customer_id,
  recorded_at as first_seen_at
from members
qualify row_number() over (partition by component order by recorded_at nulls last, record_key) = 1
