with days as (
  {{ dbt.date_spine('day', "cast('2000-01-01' as date)", "cast('2040-01-01' as date)") }}
),

dated as (
  select
    cast(date_day as date) as date_day,
    {{ week_start('date_day') }} as week_start_date
  from days
),

numbered as (
  select
    date_day,
    week_start_date,
    {{ add_days('week_start_date', 3) }} as thursday,
    cast({{ dbt.datediff('week_start_date', 'date_day', 'day') }} + 1 as {{ t('int') }}) as weekday
  from dated
),

holidays as (
  select * from {{ ref('holidays') }}
)

select
  n.date_day,
  cast(extract(year from n.thursday) as {{ t('int') }}) as iso_year,
  cast({{ int_div('extract(doy from n.thursday) - 1', '7') }} + 1 as {{ t('int') }}) as iso_week,
  n.week_start_date,
  {{ month_start('n.date_day') }} as month_start_date,
  cast(date_trunc('quarter', n.date_day) as date) as quarter_start_date,
  n.weekday,
  coalesce(h.is_workday, n.weekday <= 5) as is_workday,
  h.holiday_name,
  coalesce(h.is_workday and n.weekday > 5, false) as is_makeup_workday
from numbered n
left join holidays h on h.date_day = n.date_day
