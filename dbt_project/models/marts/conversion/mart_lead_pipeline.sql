{%- set cell = 'week_start_date, store_id, level, age_band, owner_state' -%}
{%- set int = t('int') -%}
with leads as (
  select * from {{ ref('int_pipeline_weeks') }}
),

reassigned as (
  select lead_id, week_start_date, min(waited_hours) as waited_hours
  from {{ ref('int_reassignments') }}
  group by lead_id, week_start_date
),

waited as (
  select l.*, r.waited_hours
  from leads l
  left join reassigned r on r.lead_id = l.lead_id and r.week_start_date = l.week_start_date
),

ranked as (
  select
    *,
    row_number() over (partition by {{ cell }} order by waited_hours nulls last, lead_id) as waited_rank,
    count(waited_hours) over (partition by {{ cell }}) as waited_of
  from waited
)

select
  week_start_date,
  store_id,
  level,
  age_band,
  owner_state,
  cast(count(*) as {{ int }}) as open_leads,
  cast(count(case when is_overdue then 1 end) as {{ int }}) as overdue,
  cast(count(case when owner_state in ('left', 'transferred') then 1 end) as {{ int }}) as orphaned,
  cast(count(waited_hours) as {{ int }}) as reassigned,
  min(case when waited_of >= 5 and waited_rank * 2 >= waited_of then waited_hours end) as median_hours_to_reassign
from ranked
group by {{ cell }}
