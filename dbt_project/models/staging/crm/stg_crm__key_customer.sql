with events as (
  {{ raw_events('crm.key_customer') }}
),

typed as (
  select
    *,
    {{ json_text('data', 'key_customer_id') }} as key_customer_id,
    {{ local_text_to_utc(json_text('data', 'updated_at')) }} as updated_at
  from events
)

select
  key_customer_id,
  {{ json_text('data', 'store_id') }} as store_id,
  {{ json_text('data', 'employee_id') }} as employee_id,
  {{ json_text('data', 'lead_id') }} as crm_lead_id,
  {{ json_text('data', 'customer_id') }} as crm_customer_id,
  {{ phone_columns('customer_phone') }},
  {{ name_columns('customer_name') }},
  {{ json_text('data', 'reason') }} as reason,
  {{ local_text_to_utc(json_text('data', 'flagged_at')) }} as flagged_at,
  {{ local_text_to_utc(json_text('data', 'lifted_at')) }} as lifted_at,
  updated_at,
  {{ staged("account || ':' || key_customer_id", 'updated_at') }}
from typed
