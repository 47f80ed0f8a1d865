with events as (
  {{ raw_events('crm.level') }}
),

typed as (
  select
    *,
    data.level_id as level_id,
    {{ local_text_to_utc('data.updated_at') }} as updated_at
  from events
)

select
  level_id,
  {{ customer_record_columns() }},
  data.level as level,
  coalesce(data.set_by, 'employee') as set_by,
  data.suggested_level as suggested_level,
  {{ local_text_to_utc('data.set_at') }} as set_at,
  {{ local_text_to_utc('data.next_follow_at') }} as next_follow_at,
  updated_at,
  {{ staged("account || ':' || level_id", 'updated_at') }}
from typed
