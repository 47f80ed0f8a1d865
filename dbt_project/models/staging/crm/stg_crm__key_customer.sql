with events as (
  {{ raw_events('crm.key_customer') }}
),

typed as (
  select
    *,
    data.key_customer_id as key_customer_id,
    {{ local_text_to_utc('data.updated_at') }} as updated_at
  from events
)

select
  key_customer_id,
  data.store_id as store_id,
  nullif(data.employee_id, '') as employee_id,
  nullif(data.lead_id, '') as crm_lead_id,
  nullif(data.customer_id, '') as crm_customer_id,
  {{ phone_columns('customer_phone') }},
  {{ name_columns('customer_name') }},
  data.reason as reason,
  {{ local_text_to_utc('data.flagged_at') }} as flagged_at,
  {{ local_text_to_utc('data.lifted_at') }} as lifted_at,
  updated_at,
  {{ staged("account || ':' || key_customer_id", 'updated_at') }}
from typed
