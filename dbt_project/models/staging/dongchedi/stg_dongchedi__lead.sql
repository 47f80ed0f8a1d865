with events as (
  {{ raw_events('dongchedi.lead') }}
),

typed as (
  select
    *,
    {{ json_text('data', 'lead_id') }} as lead_id,
    {{ local_text_to_utc(json_text('data', 'updated_at')) }} as updated_at
  from events
)

select
  lead_id,
  {{ json_text('data', 'dealer_id') }} as dealer_id,
  {{ json_text('data', 'series_id') }} as series_id,
  {{ json_text('data', 'live_room_id') }} as live_room_id,
  {{ json_text('data', 'series_name') }} as series_name,
  {{ json_text('data', 'lead_type') }} as lead_type,
  {{ json_text('data', 'city') }} as city,
  {{ json_text('data', 'status') }} as status,
  {{ json_text('data', 'invalid_reason') }} as invalid_reason,
  {{ phone_columns('customer_phone') }},
  {{ name_columns('customer_name') }},
  {{ local_text_to_utc(json_text('data', 'submitted_at')) }} as submitted_at,
  {{ local_text_to_utc(json_text('data', 'dispatched_at')) }} as dispatched_at,
  updated_at,
  {{ staged("account || ':' || lead_id", 'updated_at') }}
from typed
