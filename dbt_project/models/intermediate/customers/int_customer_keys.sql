with records as (
  select * from {{ ref('int_customer_records') }}
),

-- A masked number with its store and name is a key only while one full number, at most, answers to it.
masked as (
  select
    record_key,
    customer_phone_class,
    customer_phone_token,
    'masked:' || store_id || ':' || customer_phone_masked || ':' || name_token as key
  from records
  where customer_phone_masked is not null and name_token is not null
    and customer_phone_class in ('mobile', 'masked') and store_id <> 'unknown'
),

joined_files as (
  select * from {{ ref('int_customer_merges') }}
),

unambiguous as (
  select key
  from masked
  group by key
  having count(distinct case when customer_phone_class = 'mobile' then customer_phone_token end) <= 1
),

keys as (
  select record_key, 'phone:' || customer_phone_token as key
  from records
  where customer_phone_class = 'mobile' and customer_phone_token is not null
  union
  select record_key, 'outer:' || store_id || ':' || outer_lead_id
  from records
  where outer_lead_id is not null
  union
  select record_key, 'lead:' || crm_lead_id
  from records
  where crm_lead_id is not null
  union
  select record_key, 'customer:' || store_id || ':' || crm_customer_id
  from records
  where crm_customer_id is not null
  union
  select 'merge:' || record_key, 'customer:' || store_id || ':' || crm_customer_id
  from joined_files
  union
  select 'merge:' || record_key, 'customer:' || store_id || ':' || merged_crm_customer_id
  from joined_files
  union
  select m.record_key, m.key
  from masked m
  join unambiguous u on u.key = m.key
)

select record_key, key, md5(record_key) as label
from keys
