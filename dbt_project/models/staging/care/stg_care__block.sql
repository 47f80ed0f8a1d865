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
  {{ customer_record_columns() }},
  {{ local_text_to_utc('data.blocked_at') }} as blocked_at,
  {{ local_text_to_utc('data.unblocked_at') }} as unblocked_at,
  updated_at,
  {{ staged("account || ':' || block_id", 'updated_at') }}
from typed
