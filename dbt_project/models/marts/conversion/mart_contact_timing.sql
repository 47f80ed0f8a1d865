with calls as (
  select d.quarter_start_date, d.weekday, c.hour, c.level, c.connected
  from {{ ref('int_call_attempts') }} c
  join {{ ref('dim_date') }} d on d.date_day = c.touch_day
),

counted as (
  select
    quarter_start_date, weekday, hour, level,
    cast(count(*) as {{ t('int') }}) as attempts,
    cast(count(case when connected then 1 end) as {{ t('int') }}) as connected
  from calls
  group by quarter_start_date, weekday, hour, level
)

select
  quarter_start_date,
  weekday,
  hour,
  level,
  attempts,
  connected,
  cast(connected as double) / attempts as connect_rate,
  {{ wilson('connected', 'attempts', -1) }} as low,
  {{ wilson('connected', 'attempts', 1) }} as high
from counted
