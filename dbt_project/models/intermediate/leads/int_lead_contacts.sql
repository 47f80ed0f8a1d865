with touches as (
  select t.*, l.clock_started_at, l.is_off_clock
  from {{ ref('fct_touches') }} t
  join {{ ref('int_leads') }} l on l.lead_id = t.lead_id
)

select
  lead_id,
  min(case when is_attempt then started_at end) as first_attempt_at,
  min(case when is_automatic and direction = 'outbound' then started_at end) as first_auto_attempt_at,
  min(case when connected and channel <> 'callback' then coalesce(answered_at, started_at) end) as first_connected_at,
  cast(count(case when is_attempt then 1 end) as {{ t('int') }}) as attempts,
  cast(count(distinct case when is_attempt then touch_day end) as {{ t('int') }}) as attempt_days
from touches
group by lead_id
