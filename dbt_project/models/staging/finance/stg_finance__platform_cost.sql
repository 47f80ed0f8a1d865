with events as (
  {{ raw_events('finance.platform_cost') }}
),

typed as (
  select
    *,
    {{ json_text('data', 'cost_id') }} as cost_id,
    {{ local_text_to_utc(json_text('data', 'updated_at')) }} as updated_at
  from events
)

select
  cost_id,
  nullif({{ json_text('data', 'store_id') }}, '') as store_id,
  {{ json_text('data', 'platform') }} as platform,
  coalesce({{ json_text('data', 'allocation') }}, 'direct') as allocation,
  try_cast({{ json_text('data', 'amount') }} as {{ t('money') }}) as amount,
  coalesce(try_cast({{ json_text('data', 'tax') }} as {{ t('money') }}), 0) as tax,
  {{ month_start("try_cast(" ~ json_text('data', 'month') ~ " as date)") }} as month_start_date,
  {{ local_text_to_utc(json_text('data', 'booked_at')) }} as booked_at,
  updated_at,
  {{ staged("account || ':' || cost_id", 'updated_at') }}
from typed
