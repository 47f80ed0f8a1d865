with events as (
  {{ raw_events('crm.visit') }}
),

typed as (
  select
    *,
    data.visit_id as visit_id,
    {{ local_text_to_utc('data.updated_at') }} as updated_at
  from events
)

select
  visit_id,
  {{ customer_record_columns() }},
  {{ local_text_to_utc('data.arrived_at') }} as arrived_at,
  {{ local_text_to_utc('data.left_at') }} as left_at,
  {{ local_text_to_utc('data.test_drive_started_at') }} as test_drive_started_at,
  {{ local_text_to_utc('data.test_drive_ended_at') }} as test_drive_ended_at,
  updated_at,
  {{ staged("account || ':' || visit_id", 'updated_at') }}
from typed
