{# Where keys contradict each other; listed for somebody to look at, never settled by a guess. #}
with mobiles as (
  select * from {{ ref('int_customer_records') }} where customer_phone_class = 'mobile' and customer_phone_token is not null
),

-- Numbers given with several full names.
named as (
  select * from mobiles where name_form = 'full'
),

numbers as (
  select customer_phone_token
  from named
  group by customer_phone_token
  having min(name_token) <> max(name_token)
),

-- Masked numbers that with one name at one store are several full numbers.
maskable as (
  select * from mobiles where customer_phone_masked is not null and name_token is not null and store_id <> 'unknown'
),

masked as (
  select store_id, customer_phone_masked, name_token
  from maskable
  group by store_id, customer_phone_masked, name_token
  having min(customer_phone_token) <> max(customer_phone_token)
),

kinds as (
  select
    'two_names' as kind,
    {{ customer_key('phone', 'r.') }} as key,
    r.name_token as told,
    r.record_key, r.recorded_at
  from named r
  join numbers n on n.customer_phone_token = r.customer_phone_token
  union all
  select
    'ambiguous_masked',
    {{ customer_key('masked', 'r.') }},
    r.customer_phone_token, r.record_key, r.recorded_at
  from maskable r
  join masked m
    on m.store_id = r.store_id and m.customer_phone_masked = r.customer_phone_masked and m.name_token = r.name_token
),

grouped as (
  select
    kind,
    key,
    count(distinct told) as candidates,
    count(*) as records,
    min(recorded_at) as first_seen_at,
    max(recorded_at) as last_seen_at
  from kinds
  group by kind, key
),

latest as (
  select kind, key, record_key
  from kinds
  qualify row_number() over (partition by kind, key order by recorded_at desc nulls last, record_key) = 1
)

select
  'x' || substr(md5(g.key), 1, 16) as conflict_id,
  g.kind,
  c.customer_id,
  c.store_id,
  cast(g.candidates as {{ t('int') }}) as candidates,
  cast(g.records as {{ t('int') }}) as records,
  g.first_seen_at,
  g.last_seen_at
from grouped g
join latest l on l.kind = g.kind and l.key = g.key
join {{ ref('int_record_customers') }} c on c.record_key = l.record_key
