with events as (
  {{ raw_events('finance.platform_cost') }}
),

typed as (
  select
    *,
    data.cost_id as cost_id,
    {{ local_text_to_utc('data.updated_at') }} as updated_at
  from events
)

select
  cost_id,
  {{ given('data.store_id') }} as store_id,
  data.platform as platform,
  coalesce(data.allocation, 'direct') as allocation,
  try_cast(data.amount as {{ t('money') }}) as amount,
  coalesce(try_cast(data.tax as {{ t('money') }}), 0) as tax,
  {{ month_start(day_of_text('data.month')) }} as month_start_date,
  {{ local_text_to_utc('data.booked_at') }} as booked_at,
  updated_at,
  {{ staged("account || ':' || cost_id", 'updated_at') }}
from typed
