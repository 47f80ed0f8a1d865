{# One row per message read: which day it landed, and what it became. A refused message that was replayed has become
   an event or a duplicate, on the day of its replay. #}
select
  {{ local_day('e.landed_at') }} as date_day, e.topic, 1 as events, 0 as duplicates, 0 as dead_letters,
  {{ minutes_between('e.occurred_at', 'e.landed_at') }} as delay_minutes
from {{ ref('stg_log__landed') }} e
union all
select {{ local_day('k.landed_at') }}, d.topic, 0, 1, 0, null
from {{ ref('stg_log__duplicates') }} d
join {{ ref('stg_log__batches') }} k on k.batch_id = d.batch_id
union all
select {{ local_day('d.landed_at') }}, d.topic, 0, 0, 1, null
from {{ ref('stg_log__dead_letters') }} d
union all
select {{ local_day('d.resolved_at') }}, d.topic, 0, 0, -1, null
from {{ ref('stg_log__dead_letters') }} d
where d.resolved_at is not null
