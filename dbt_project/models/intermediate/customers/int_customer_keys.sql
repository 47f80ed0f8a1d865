{# The keys that tie records of different labels together; what all who have it call by one label is left out. A mobile's
   number is the label of all who have it. -#}
with records as (
  select * from {{ ref('int_customer_records') }}
),

masked as (
  select * from {{ ref('int_masked_numbers') }} where not is_ambiguous
),

joined_files as (
  select record_key, store_id, crm_customer_id from {{ ref('int_customer_merges') }}
  union all
  select record_key, store_id, merged_crm_customer_id from {{ ref('int_customer_merges') }}
),

keys as (
  select label, {{ customer_key('lead') }} as key from records where crm_lead_id is not null
  union all
  select label, {{ customer_key('customer') }} from records where crm_customer_id is not null
  union all
  select label, {{ customer_key('outer') }} from records where outer_key is not null
  union all
  select r.label, m.key
  from records r
  join masked m
    on m.store_id = r.store_id and m.customer_phone_masked = r.customer_phone_masked and m.name_token = r.name_token
  where r.customer_phone_class = 'masked'
  union all
  select full_label, key from masked where full_label is not null
  union all
  select 'merge:' || record_key, {{ customer_key('customer') }} from joined_files
),

pairs as (
  select label, key from keys group by label, key
),

tying as (
  select key from pairs group by key having count(*) > 1
)

select p.label, p.key
from pairs p
join tying t on t.key = p.key
