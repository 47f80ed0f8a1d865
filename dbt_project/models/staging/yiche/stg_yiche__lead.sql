with events as (
  {{ raw_events('yiche.lead') }}
),

typed as (
  select
    *,
    data.order_no as order_no,
    {{ local_text_to_utc('data.updated_at') }} as updated_at
  from events
)

select
  order_no,
  data.dealer_id as dealer_id,
  {{ given('data.series_id') }} as series_id,
  data.series_name as series_name,
  data.inquiry_type as inquiry_type,
  data.status as status,
  data.invalid_reason as invalid_reason,
  {{ phone_columns('customer_phone') }},
  {{ name_columns('customer_name') }},
  {{ local_text_to_utc('data.submitted_at') }} as submitted_at,
  {{ local_text_to_utc('data.dispatched_at') }} as dispatched_at,
  updated_at,
  {{ staged("account || ':' || order_no", 'updated_at') }}
from typed
