with events as (
  {{ raw_events('survey.result') }}
),

typed as (
  select
    *,
    data.survey_id as survey_id,
    {{ local_text_to_utc('data.updated_at') }} as updated_at
  from events
)

select
  survey_id,
  {{ customer_record_columns() }},
  {{ given('data.order_id') }} as order_id,
  data.asked_by as asked_by,
  try_cast(data.score as {{ t('double') }}) as score,
  try_cast(data.score_max as {{ t('double') }}) as score_max,
  {{ local_text_to_utc('data.asked_at') }} as asked_at,
  {{ local_text_to_utc('data.answered_at') }} as answered_at,
  updated_at,
  {{ staged("account || ':' || survey_id", 'updated_at') }}
from typed
