{%- set cell = 'week_start_date, store_id, level, age_band, owner_state' -%}
{%- set int = t('int') -%}
with ranked as (
  select
    *,
    row_number() over (partition by {{ cell }} order by waited_hours nulls last) as waited_rank,
    count(waited_hours) over (partition by {{ cell }}) as waited_of
  from {{ ref('int_pipeline_weeks') }}
)

select
  week_start_date,
  store_id,
  level,
  age_band,
  owner_state,
  cast(sum(open_leads) as {{ int }}) as open_leads,
  cast(sum(case when is_overdue then open_leads else 0 end) as {{ int }}) as overdue,
  cast(sum(case when owner_state in ('left', 'transferred') then open_leads else 0 end) as {{ int }}) as orphaned,
  cast(count(waited_hours) as {{ int }}) as reassigned,
  min(case when waited_of >= 5 and waited_rank * 2 >= waited_of then waited_hours end) as median_hours_to_reassign
from ranked
group by {{ cell }}
