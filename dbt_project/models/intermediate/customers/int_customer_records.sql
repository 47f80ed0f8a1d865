with appointments as (
  {{ newest_version(ref('stg_crm__appointment')) }}
),

visits as (
  {{ newest_version(ref('stg_crm__visit')) }}
),

orders as (
  select * from {{ ref('int_orders') }}
)

select
  'submission:' || submission_id as record_key,
  store_id,
  platform_lead_id as outer_lead_id,
  cast(null as {{ t('text') }}) as crm_lead_id,
  cast(null as {{ t('text') }}) as crm_customer_id,
  customer_phone_token, customer_phone_class, customer_phone_masked, name_token, name_form,
  submitted_at as recorded_at
from {{ ref('int_submissions') }}
union all
select
  'crm_lead:' || crm_lead_id, store_id, outer_lead_id, crm_lead_id, null,
  customer_phone_token, customer_phone_class, customer_phone_masked, name_token, name_form, created_at
from {{ ref('int_crm_leads') }}
union all
select
  'appointment:' || record_key, store_id, null, crm_lead_id, crm_customer_id,
  customer_phone_token, customer_phone_class, customer_phone_masked, name_token, name_form, set_at
from appointments
union all
select
  'visit:' || record_key, store_id, null, crm_lead_id, crm_customer_id,
  customer_phone_token, customer_phone_class, customer_phone_masked, name_token, name_form, arrived_at
from visits
union all
select
  'order:' || record_key, store_id, null, crm_lead_id, crm_customer_id,
  customer_phone_token, customer_phone_class, customer_phone_masked, name_token, name_form, ordered_at
from orders
union all
select
  'call:' || call_key, line_store_id, null, null, null,
  customer_phone_token, customer_phone_class, customer_phone_masked, null, null, began_at
from {{ ref('int_calls') }}
where hotline_platform is null and crm_lead_id is null and not is_internal
