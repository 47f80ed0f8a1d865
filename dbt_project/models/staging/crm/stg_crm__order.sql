with events as (
  {{ raw_events('crm.order') }}
),

typed as (
  select
    *,
    data.order_id as order_id,
    {{ local_text_to_utc('data.updated_at') }} as updated_at
  from events
)

select
  order_id,
  {{ customer_record_columns() }},
  {{ given('data.series_id') }} as series_id,
  data.brand as brand,
  data.series_name as series_name,
  data.energy_type as energy_type,
  try_cast(replace(data.amount, ',', '') as {{ t('money') }}) as amount,
  {{ local_text_to_utc('data.ordered_at') }} as ordered_at,
  {{ local_text_to_utc('data.cancelled_at') }} as cancelled_at,
  {{ local_text_to_utc('data.invoiced_at') }} as invoiced_at,
  {{ local_text_to_utc('data.delivered_at') }} as delivered_at,
  updated_at,
  {{ staged("account || ':' || order_id", 'updated_at') }}
from typed
