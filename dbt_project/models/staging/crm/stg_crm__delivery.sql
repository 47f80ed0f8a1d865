with events as (
  {{ raw_events('crm.delivery') }}
),

typed as (
  select
    *,
    {{ json_text('data', 'delivery_id') }} as delivery_id,
    {{ local_text_to_utc(json_text('data', 'updated_at')) }} as updated_at
  from events
)

select
  delivery_id,
  {{ json_text('data', 'store_id') }} as store_id,
  {{ json_text('data', 'employee_id') }} as employee_id,
  {{ json_text('data', 'lead_id') }} as crm_lead_id,
  {{ json_text('data', 'customer_id') }} as crm_customer_id,
  {{ json_text('data', 'order_id') }} as order_id,
  {{ phone_columns('customer_phone') }},
  {{ name_columns('customer_name') }},
  {{ local_text_to_utc(json_text('data', 'started_at')) }} as started_at,
  {{ local_text_to_utc(json_text('data', 'delivered_at')) }} as delivered_at,
  {{ local_text_to_utc(json_text('data', 'taken_back_at')) }} as taken_back_at,
  updated_at,
  {{ staged("account || ':' || delivery_id", 'updated_at') }}
from typed
