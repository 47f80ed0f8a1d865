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
  {{ customer_record_columns() }},
  data.reason as reason,
  {{ local_text_to_utc('data.flagged_at') }} as flagged_at,
  {{ local_text_to_utc('data.lifted_at') }} as lifted_at,
  updated_at,
  {{ staged("account || ':' || key_customer_id", 'updated_at') }}
from typed
