with events as (
  {{ raw_events('crm.delivery') }}
),

typed as (
  select
    *,
    data.delivery_id as delivery_id,
    {{ local_text_to_utc('data.updated_at') }} as updated_at
  from events
)

select
  delivery_id,
  {{ customer_record_columns() }},
  {{ given('data.order_id') }} as order_id,
  {{ local_text_to_utc('data.started_at') }} as started_at,
  {{ local_text_to_utc('data.delivered_at') }} as delivered_at,
  {{ local_text_to_utc('data.taken_back_at') }} as taken_back_at,
  updated_at,
  {{ staged("account || ':' || delivery_id", 'updated_at') }}
from typed
