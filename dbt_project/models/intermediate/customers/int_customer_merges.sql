{{ config(materialized='view') }}
{# Merges of two files of a store's CRM that hold: its newest version says whether one was taken back. #}
with newest as (
  {{ newest_version(ref('stg_crm__merge')) }}
)

select
  record_key,
  store_id,
  crm_customer_id,
  merged_crm_customer_id,
  merged_at
from newest
where taken_back_at is null
