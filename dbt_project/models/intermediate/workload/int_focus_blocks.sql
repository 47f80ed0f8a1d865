{{ config(materialized='view') }}
with free as (
  select
    employee_id,
    date_day,
    started_at,
    ended_at
  from {{ ref('int_person_segments') }}
  where is_shift and not is_tracked
),

blocks as (
  {{ union_intervals('free', ['employee_id', 'date_day']) }}
)

select employee_id, date_day, started_at, ended_at
from blocks
where {{ minutes_between('started_at', 'ended_at') }} >= 30
