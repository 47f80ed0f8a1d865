with people as (
  select * from {{ ref('int_data_signals_people') }}
),

counted as (
  select
    month_start_date,
    store_id,
    signal,
    count(distinct employee_id) as persons,
    sum(base) as base,
    sum(cases) as cases
  from people
  group by month_start_date, store_id, signal
)

select
  month_start_date,
  store_id,
  signal,
  cast(persons as {{ t('int') }}) as persons,
  cast(base as {{ t('int') }}) as base,
  {{ share_band('cases', 'base') }} as share_band
from counted
