{# Where keys contradict each other; listed for somebody to look at, never settled by a guess. #}
with records as (
  select r.*, c.customer_id
  from {{ ref('int_customer_records') }} r
  join {{ ref('int_record_customers') }} c on c.record_key = r.record_key
),

kinds as (
  select
    'two_names' as kind,
    'phone:' || customer_phone_token as key,
    name_token as told,
    record_key, customer_id, store_id, recorded_at
  from records
  where customer_phone_class = 'mobile' and customer_phone_token is not null and name_form = 'full'
  union all
  select
    'ambiguous_masked',
    'masked:' || store_id || ':' || customer_phone_masked || ':' || name_token,
    customer_phone_token, record_key, customer_id, store_id, recorded_at
  from records
  where customer_phone_class = 'mobile' and customer_phone_masked is not null and name_token is not null
    and store_id <> 'unknown'
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
  having count(distinct told) > 1
),

latest as (
  select kind, key, customer_id, store_id
  from kinds
  qualify row_number() over (partition by kind, key order by recorded_at desc nulls last, record_key) = 1
)

select
  'x' || substr(md5(g.key), 1, 16) as conflict_id,
  g.kind,
  l.customer_id,
  l.store_id,
  cast(g.candidates as {{ t('int') }}) as candidates,
  cast(g.records as {{ t('int') }}) as records,
  g.first_seen_at,
  g.last_seen_at
from grouped g
join latest l on l.kind = g.kind and l.key = g.key
