{{ config(materialized='view') }}
{# What became of the messages read, by the day they landed: one row for each way. A refused message that was replayed has
   become an event or a duplicate, on the day of its replay. #}
with landed as (
  select
    {{ local_day('landed_at') }} as date_day,
    topic,
    {{ epoch_us('landed_at') }} - {{ epoch_us('occurred_at') }} as delay_us
  from {{ ref('stg_log__landed') }}
),

middles as (
  select date_day, topic, median(delay_us) as middle_us
  from landed
  group by date_day, topic
)

select
  l.date_day,
  l.topic,
  count(*) as events,
  0 as duplicates,
  0 as dead_letters,
  count(case when l.delay_us > 24 * cast(3600000000 as bigint) then 1 end) as late_events,
  -- Of two in the middle, whose mean engines give, the lower.
  max(case when l.delay_us <= m.middle_us then l.delay_us end) / 60000000.0e0 as median_delay_minutes
from landed l
join middles m on m.date_day = l.date_day and m.topic = l.topic
group by l.date_day, l.topic
union all
select {{ local_day('k.landed_at') }}, d.topic, 0, count(*), 0, 0, null
from {{ ref('stg_log__duplicates') }} d
join {{ ref('stg_log__batches') }} k on k.batch_id = d.batch_id
group by {{ local_day('k.landed_at') }}, d.topic
union all
select {{ local_day('d.landed_at') }}, d.topic, 0, 0, count(*), 0, null
from {{ ref('stg_log__dead_letters') }} d
group by {{ local_day('d.landed_at') }}, d.topic
union all
select {{ local_day('d.resolved_at') }}, d.topic, 0, 0, -count(*), 0, null
from {{ ref('stg_log__dead_letters') }} d
where d.resolved_at is not null
group by {{ local_day('d.resolved_at') }}, d.topic
