{# Customers' profiles: how much of what a consultant should know stands in them. #}
{%- set parts = ['age_range', 'gender', 'job_type', 'household', 'decision_maker', 'purpose', 'first_concern'] %}
with newest as (
  {{ newest_version(ref('stg_wav__profile')) }}
),

stores as (
  select account, min(store_id) as store_id
  from {{ ref('int_store_accounts') }}
  where system = 'wav'
  group by account
)

select
  n.record_key as profile_key,
  coalesce(s.store_id, 'unknown') as store_id,
  n.customer_phone_token,
  n.customer_phone_class,
  n.customer_phone_masked,
  n.name_token,
  n.name_form,
  (
    {%- for part in parts %}
    case when n.{{ part }} is null then 0 else 1 end{{ ' +' if not loop.last }}
    {%- endfor %}
  ) / cast({{ parts | length }} as {{ t('double') }}) as completeness,
  n.created_at,
  n.newest_at
from newest n
left join stores s on s.account = n.dealer_id
