with ranked as (
  select
    *,
    case when events = 1 then row_number() over (
      partition by date_day, topic, events order by delay_minutes
    ) end as delay_rank,
    sum(events) over (partition by date_day, topic) as events_of
  from {{ ref('int_landings') }}
)

select
  date_day,
  topic,
  cast(sum(events + duplicates + dead_letters) as {{ t('int') }}) as received,
  cast(sum(events) as {{ t('int') }}) as events,
  cast(sum(duplicates) as {{ t('int') }}) as duplicates,
  cast(sum(dead_letters) as {{ t('int') }}) as dead_letters,
  count(case when delay_minutes > 1440 then 1 end) as late_events,
  min(case when delay_rank * 2 >= events_of then delay_minutes end) as median_delay_minutes
from ranked
group by date_day, topic
