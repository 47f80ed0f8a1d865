with events as (
  {{ raw_events('crm.visit') }}
),

typed as (
  select
    *,
    {{ json_text('data', 'visit_id') }} as visit_id,
    {{ local_text_to_utc(json_text('data', 'updated_at')) }} as updated_at
  from events
)

select
  visit_id,
  {{ json_text('data', 'store_id') }} as store_id,
  {{ json_text('data', 'employee_id') }} as employee_id,
  {{ json_text('data', 'lead_id') }} as crm_lead_id,
  {{ json_text('data', 'customer_id') }} as crm_customer_id,
  {{ phone_columns('customer_phone') }},
  {{ name_columns('customer_name') }},
  {{ local_text_to_utc(json_text('data', 'arrived_at')) }} as arrived_at,
  {{ local_text_to_utc(json_text('data', 'left_at')) }} as left_at,
  {{ local_text_to_utc(json_text('data', 'test_drive_started_at')) }} as test_drive_started_at,
  {{ local_text_to_utc(json_text('data', 'test_drive_ended_at')) }} as test_drive_ended_at,
  updated_at,
  {{ staged("account || ':' || visit_id", 'updated_at') }}
from typed
