{# CreateLead calls: the dispatch of a platform's lead to a dealer's CRM, created, merged (1) or told twice (2). #}
with newest as (
  {{ newest_version(ref('stg_wav__lead')) }}
)

select
  n.record_key as creation_key,
  {{ known_store() }} as store_id,
  n.dealer_id,
  n.outer_lead_id,
  n.channel_name,
  n.customer_phone_token,
  n.customer_phone_class,
  n.customer_phone_masked,
  n.name_token,
  n.name_form,
  n.business_code,
  n.created_at
from newest n
{{ store_of_account("'wav'", 'n.dealer_id', 'n.created_at') }}
