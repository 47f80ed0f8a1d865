with events as (
  {{ raw_events('yiche.lead') }}
),

typed as (
  select
    *,
    {{ json_text('data', 'order_no') }} as order_no,
    {{ local_text_to_utc(json_text('data', 'updated_at')) }} as updated_at
  from events
)

select
  order_no,
  {{ json_text('data', 'dealer_id') }} as dealer_id,
  {{ json_text('data', 'series_id') }} as series_id,
  {{ json_text('data', 'series_name') }} as series_name,
  {{ json_text('data', 'inquiry_type') }} as inquiry_type,
  {{ json_text('data', 'status') }} as status,
  {{ json_text('data', 'invalid_reason') }} as invalid_reason,
  {{ phone_columns('customer_phone') }},
  {{ name_columns('customer_name') }},
  {{ local_text_to_utc(json_text('data', 'submitted_at')) }} as submitted_at,
  {{ local_text_to_utc(json_text('data', 'dispatched_at')) }} as dispatched_at,
  updated_at,
  {{ staged("account || ':' || order_no", 'updated_at') }}
from typed
