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
  {{ customer_record_columns() }},
  coalesce(data.status, 'set') as status,
  {{ local_text_to_utc('data.set_at') }} as set_at,
  {{ local_text_to_utc('data.for_at') }} as for_at,
  updated_at,
  {{ staged("account || ':' || appointment_id", 'updated_at') }}
from typed
