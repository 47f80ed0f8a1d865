{# CreateLead calls: the dispatch of a platform's lead to a dealer's CRM, created, merged (1) or told twice (2). #}
with newest as (
  {{ newest_version(ref('stg_wav__lead')) }}
),

stores as (
  select account, min(store_id) as store_id
  from {{ ref('int_store_accounts') }}
  where system = 'wav'
  group by account
)

select
  n.request_id,
  coalesce(s.store_id, 'unknown') as store_id,
  n.dealer_id,
  n.outer_lead_id,
  n.customer_phone_token,
  n.customer_phone_class,
  n.customer_phone_masked,
  n.name_token,
  n.name_form,
  n.business_code,
  n.created_at
from newest n
left join stores s on s.account = n.dealer_id
