select
  lead_id,
  min(case when is_attempt then started_at end) as first_attempt_at,
  min(case when is_automatic and direction = 'outbound' then started_at end) as first_auto_attempt_at,
  min(case when connected and channel <> 'callback' then coalesce(answered_at, started_at) end) as first_connected_at,
  cast(count(case when is_attempt then 1 end) as {{ t('int') }}) as attempts,
  cast(count(distinct case when is_attempt then touch_day end) as {{ t('int') }}) as attempt_days
from {{ ref('fct_touches') }}
where lead_id is not null
group by lead_id
