with events as (
  {{ raw_events('crm.appointment') }}
),

typed as (
  select
    *,
    {{ json_text('data', 'appointment_id') }} as appointment_id,
    {{ local_text_to_utc(json_text('data', 'updated_at')) }} as updated_at
  from events
)

select
  appointment_id,
  {{ json_text('data', 'store_id') }} as store_id,
  {{ json_text('data', 'employee_id') }} as employee_id,
  {{ json_text('data', 'lead_id') }} as crm_lead_id,
  {{ json_text('data', 'customer_id') }} as crm_customer_id,
  coalesce({{ json_text('data', 'status') }}, 'set') as status,
  {{ phone_columns('customer_phone') }},
  {{ name_columns('customer_name') }},
  {{ local_text_to_utc(json_text('data', 'set_at')) }} as set_at,
  {{ local_text_to_utc(json_text('data', 'for_at')) }} as for_at,
  updated_at,
  {{ staged("account || ':' || appointment_id", 'updated_at') }}
from typed
