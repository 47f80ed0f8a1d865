select
  date_day,
  topic,
  cast(sum(events + duplicates + dead_letters) as {{ t('int') }}) as received,
  cast(sum(events) as {{ t('int') }}) as events,
  cast(sum(duplicates) as {{ t('int') }}) as duplicates,
  cast(sum(dead_letters) as {{ t('int') }}) as dead_letters,
  cast(sum(late_events) as {{ t('int') }}) as late_events,
  max(median_delay_minutes) as median_delay_minutes
from {{ ref('int_landings') }}
group by date_day, topic
