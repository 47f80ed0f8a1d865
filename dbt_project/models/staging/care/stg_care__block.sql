with events as (
  {{ raw_events('care.block') }}
),

typed as (
  select
    *,
    {{ json_text('data', 'block_id') }} as block_id,
    {{ local_text_to_utc(json_text('data', 'updated_at')) }} as updated_at
  from events
)

select
  block_id,
  {{ json_text('data', 'store_id') }} as store_id,
  {{ json_text('data', 'employee_id') }} as employee_id,
  {{ json_text('data', 'lead_id') }} as crm_lead_id,
  {{ json_text('data', 'customer_id') }} as crm_customer_id,
  {{ phone_columns('customer_phone') }},
  {{ name_columns('customer_name') }},
  {{ local_text_to_utc(json_text('data', 'blocked_at')) }} as blocked_at,
  {{ local_text_to_utc(json_text('data', 'unblocked_at')) }} as unblocked_at,
  updated_at,
  {{ staged("account || ':' || block_id", 'updated_at') }}
from typed
