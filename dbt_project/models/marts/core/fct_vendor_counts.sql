{# What vendors count themselves, by the day they count it on. #}
select
  vendor,
  store_id,
  date_day,
  measure,
  cast(sum(value) as {{ t('int') }}) as value,
  max(told_at) as told_at
from {{ ref('int_vendor_counts') }}
group by vendor, store_id, date_day, measure
