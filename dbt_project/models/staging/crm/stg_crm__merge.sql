with events as (
  {{ raw_events('crm.merge') }}
),

typed as (
  select
    *,
    data.merge_id as merge_id,
    {{ local_text_to_utc('data.updated_at') }} as updated_at
  from events
)

select
  merge_id,
  {{ given('data.store_id') }} as store_id,
  {{ given('data.customer_id') }} as crm_customer_id,
  {{ given('data.merged_customer_id') }} as merged_crm_customer_id,
  {{ local_text_to_utc('data.merged_at') }} as merged_at,
  {{ local_text_to_utc('data.taken_back_at') }} as taken_back_at,
  updated_at,
  {{ staged("account || ':' || merge_id", 'updated_at') }}
from typed
