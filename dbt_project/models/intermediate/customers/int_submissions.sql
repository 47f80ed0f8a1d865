with forms as (
  select * from {{ ref('int_placed_forms') }}
),

reasons as (
  {{ spellings('invalid_reason') }}
),

hotline as (
  select * from {{ ref('int_calls') }} where hotline_platform is not null
)

select
  f.submission_id,
  f.platform,
  f.platform_lead_id,
  cast(null as {{ t('text') }}) as crm_lead_id,
  f.store_id,
  f.series_id,
  f.series_name,
  f.room_id,
  f.customer_phone_token,
  f.customer_phone_class,
  f.customer_phone_masked,
  f.name_token,
  f.name_form,
  r.code as invalid_reason,
  f.is_test,
  false as is_answered_call,
  case
    when not f.is_marked_invalid or r.code is null then null
    when f.marked_at < f.submitted_at then f.submitted_at
    else coalesce(f.marked_at, f.submitted_at)
  end as invalid_at,
  coalesce(f.submitted_at, f.stored_at) as submitted_at,
  f.stored_at,
  f.dispatched_at,
  coalesce(f.submitted_at, f.stored_at) as clock_started_at
from forms f
left join reasons r on r.spelling = case when f.is_marked_invalid then f.invalid_text end
where coalesce(f.submitted_at, f.stored_at) is not null
union all
select
  call_key, hotline_platform, call_id, crm_lead_id, coalesce(line_store_id, 'unknown'), null, null, null,
  customer_phone_token, customer_phone_class, customer_phone_masked, null, null,
  null, false, is_connected, null, began_at, null, null,
  case when is_connected then began_at else ended_at end
from hotline
