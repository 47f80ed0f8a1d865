with events as (
  {{ raw_events('care.block') }}
),

typed as (
  select
    *,
    data.block_id as block_id,
    {{ local_text_to_utc('data.updated_at') }} as updated_at
  from events
)

select
  block_id,
  data.store_id as store_id,
  nullif(data.employee_id, '') as employee_id,
  nullif(data.lead_id, '') as crm_lead_id,
  nullif(data.customer_id, '') as crm_customer_id,
  {{ phone_columns('customer_phone') }},
  {{ name_columns('customer_name') }},
  {{ local_text_to_utc('data.blocked_at') }} as blocked_at,
  {{ local_text_to_utc('data.unblocked_at') }} as unblocked_at,
  updated_at,
  {{ staged("account || ':' || block_id", 'updated_at') }}
from typed
