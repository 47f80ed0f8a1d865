{# Customers' profiles: how much of what a consultant should know stands in them. #}
{%- set parts = ['age_range', 'gender', 'job_type', 'household', 'decision_maker', 'purpose', 'first_concern'] %}
with newest as (
  {{ newest_version(ref('stg_wav__profile')) }}
)

select
  n.record_key as profile_key,
  {{ known_store() }} as store_id,
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
{{ store_of_account("'wav'", 'n.dealer_id', 'n.created_at') }}
