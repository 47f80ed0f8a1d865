with events as (
  {{ raw_events('survey.result') }}
),

typed as (
  select
    *,
    {{ json_text('data', 'survey_id') }} as survey_id,
    {{ local_text_to_utc(json_text('data', 'updated_at')) }} as updated_at
  from events
)

select
  survey_id,
  {{ json_text('data', 'store_id') }} as store_id,
  {{ json_text('data', 'employee_id') }} as employee_id,
  {{ json_text('data', 'lead_id') }} as crm_lead_id,
  {{ json_text('data', 'customer_id') }} as crm_customer_id,
  {{ phone_columns('customer_phone') }},
  {{ name_columns('customer_name') }},
  {{ json_text('data', 'order_id') }} as order_id,
  {{ json_text('data', 'asked_by') }} as asked_by,
  try_cast({{ json_text('data', 'score') }} as {{ t('double') }}) as score,
  try_cast({{ json_text('data', 'score_max') }} as {{ t('double') }}) as score_max,
  {{ local_text_to_utc(json_text('data', 'asked_at')) }} as asked_at,
  {{ local_text_to_utc(json_text('data', 'answered_at')) }} as answered_at,
  updated_at,
  {{ staged("account || ':' || survey_id", 'updated_at') }}
from typed
