with ordered as (
  select
    employee_id,
    category,
    started_at,
    ended_at,
    lead(started_at) over (partition by employee_id, category order by started_at, ended_at) as next_started_at
  from {{ ref('fct_activity_intervals') }}
)

select *
from ordered
where ended_at <= started_at or next_started_at <= ended_at
