with events as (
  {{ raw_events('crm.appointment') }}
),

typed as (
  select
    *,
    data.appointment_id as appointment_id,
    {{ local_text_to_utc('data.updated_at') }} as updated_at
  from events
)

select
  appointment_id,
  data.store_id as store_id,
  nullif(data.employee_id, '') as employee_id,
  nullif(data.lead_id, '') as crm_lead_id,
  nullif(data.customer_id, '') as crm_customer_id,
  coalesce(data.status, 'set') as status,
  {{ phone_columns('customer_phone') }},
  {{ name_columns('customer_name') }},
  {{ local_text_to_utc('data.set_at') }} as set_at,
  {{ local_text_to_utc('data.for_at') }} as for_at,
  updated_at,
  {{ staged("account || ':' || appointment_id", 'updated_at') }}
from typed
