with events as (
  {{ raw_events('care.touch') }}
),

typed as (
  select
    *,
    data.touch_id as touch_id
  from events
)

select
  touch_id,
  {{ customer_record_columns() }},
  data.channel as channel,
  data.surface as surface,
  coalesce(data.direction, 'outbound') as direction,
  coalesce(data.automatic = 'true', false) as is_automatic,
  coalesce(try_cast(data.talk_seconds as {{ t('double') }}), 0) as talk_seconds,
  {{ local_text_to_utc('data.touched_at') }} as touched_at,
  {{ staged("account || ':' || touch_id") }}
from typed
