{%- set int = t('int') -%}
with due as (
  select *, {{ week_start('due_day') }} as week_start_date
  from {{ ref('fct_followups') }}
  where status <> 'void'
)

select
  week_start_date,
  store_id,
  level_then as level,
  cast(count(*) as {{ int }}) as due,
  {%- for column, status in [
    ('done_on_time', 'on_time'), ('done_late', 'late'), ('logged_only', 'logged_only'), ('missed', 'missed')
  ] %}
  cast(count(case when status = '{{ status }}' then 1 end) as {{ int }}) as {{ column }}{{ ',' if not loop.last }}
  {%- endfor %}
from due
group by week_start_date, store_id, level_then
