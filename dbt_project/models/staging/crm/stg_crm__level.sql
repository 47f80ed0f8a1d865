with events as (
  {{ raw_events('crm.level') }}
),

typed as (
  select
    *,
    {{ json_text('data', 'level_id') }} as level_id,
    {{ local_text_to_utc(json_text('data', 'updated_at')) }} as updated_at
  from events
)

select
  level_id,
  {{ json_text('data', 'store_id') }} as store_id,
  {{ json_text('data', 'employee_id') }} as employee_id,
  {{ json_text('data', 'lead_id') }} as crm_lead_id,
  {{ json_text('data', 'customer_id') }} as crm_customer_id,
  {{ phone_columns('customer_phone') }},
  {{ name_columns('customer_name') }},
  {{ json_text('data', 'level') }} as level,
  coalesce({{ json_text('data', 'set_by') }}, 'employee') as set_by,
  {{ json_text('data', 'suggested_level') }} as suggested_level,
  {{ local_text_to_utc(json_text('data', 'set_at')) }} as set_at,
  {{ local_text_to_utc(json_text('data', 'next_follow_at')) }} as next_follow_at,
  updated_at,
  {{ staged("account || ':' || level_id", 'updated_at') }}
from typed
