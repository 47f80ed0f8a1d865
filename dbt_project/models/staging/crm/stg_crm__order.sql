with events as (
  {{ raw_events('crm.order') }}
),

typed as (
  select
    *,
    {{ json_text('data', 'order_id') }} as order_id,
    {{ local_text_to_utc(json_text('data', 'updated_at')) }} as updated_at
  from events
)

select
  order_id,
  {{ json_text('data', 'store_id') }} as store_id,
  {{ json_text('data', 'employee_id') }} as employee_id,
  {{ json_text('data', 'lead_id') }} as crm_lead_id,
  {{ json_text('data', 'customer_id') }} as crm_customer_id,
  {{ json_text('data', 'series_id') }} as series_id,
  {{ json_text('data', 'brand') }} as brand,
  {{ json_text('data', 'series_name') }} as series_name,
  {{ json_text('data', 'energy_type') }} as energy_type,
  {{ phone_columns('customer_phone') }},
  {{ name_columns('customer_name') }},
  try_cast(replace({{ json_text('data', 'amount') }}, ',', '') as {{ t('money') }}) as amount,
  {{ local_text_to_utc(json_text('data', 'ordered_at')) }} as ordered_at,
  {{ local_text_to_utc(json_text('data', 'cancelled_at')) }} as cancelled_at,
  {{ local_text_to_utc(json_text('data', 'invoiced_at')) }} as invoiced_at,
  {{ local_text_to_utc(json_text('data', 'delivered_at')) }} as delivered_at,
  updated_at,
  {{ staged("account || ':' || order_id", 'updated_at') }}
from typed
