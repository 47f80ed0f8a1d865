{%- set int = t('int') -%}
with defeats as (
  select *, {{ month_start('defeated_day') }} as month_start_date
  from {{ ref('int_defeats_judged') }}
  where not is_test
)

select
  month_start_date,
  store_id,
  defeat_reason as reason,
  cast(count(*) as {{ int }}) as defeats,
  {%- for column, condition in [
    ('avoidable', 'is_avoidable'),
    ('few_attempts', 'has_few_attempts'),
    ('few_attempt_days', 'has_few_attempt_days'),
    ('never_connected', 'was_never_connected'),
    ('overdue', 'was_overdue'),
    ('claimed_no_reminder', 'claims_no_reminder'),
    ('contradicted_no_reminder', 'claims_no_reminder and was_reminded'),
    ('later_ordered_in_group', 'ordered_later')
  ] %}
  cast(count(case when {{ condition }} then 1 end) as {{ int }}) as {{ column }}{{ ',' if not loop.last }}
  {%- endfor %}
from defeats
group by month_start_date, store_id, defeat_reason
