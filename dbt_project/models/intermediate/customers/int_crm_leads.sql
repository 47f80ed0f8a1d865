select
  crm_lead_id,
  store_id,
  outer_lead_id,
  series_id,
  channel_name,
  customer_phone_token,
  customer_phone_class,
  customer_phone_masked,
  name_token,
  name_form,
  name_is_test,
  created_at
from {{ ref('int_crm_lead_versions') }}
where is_newest
