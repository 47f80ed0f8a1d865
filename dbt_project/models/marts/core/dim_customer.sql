{%- set order_of_platforms = ['autohome', 'dongchedi', 'yiche', 'douyin', 'channels', 'tencent_ads', 'hotline',
  'walk_in', 'referral', 'oem', 'other', 'unknown'] %}
with customers as (
  select customer_id, min(first_seen_at) as first_seen_at
  from {{ ref('int_customer_ids') }}
  group by customer_id
),

left_on as (
  select customer_id, platform from {{ ref('fct_lead_submissions') }}
  union
  select customer_id, platform from {{ ref('int_leads') }}
),

listed as (
  select
    customer_id,
    substr(
      {%- for p in order_of_platforms %}
      max(case when platform = '{{ p }}' then ',{{ p }}' else '' end){{ ' ||' if not loop.last }}
      {%- endfor %},
      2
    ) as platforms
  from left_on
  group by customer_id
),

as_of as (
  select as_of from {{ ref('int_as_of') }}
),

levels as (
  select customer_id, level
  from {{ ref('fct_customer_levels') }}
  where valid_to_at is null
  qualify row_number() over (partition by customer_id order by valid_from_at desc, store_id) = 1
),

key_customers as (
  select distinct s.customer_id
  from {{ ref('int_key_stays') }} s
  cross join as_of a
  where s.flagged_at <= a.as_of and s.lifted_at > a.as_of
),

blocks as (
  select b.customer_id, max(b.blocked_at) as blocked_at
  from {{ ref('int_blocks') }} b
  cross join as_of a
  where b.unblocked_at is null or b.unblocked_at > a.as_of
  group by b.customer_id
),

profiles as (
  select r.customer_id, p.completeness
  from {{ ref('int_profiles') }} p
  join {{ ref('int_record_customers') }} r on r.record_key = 'profile:' || p.profile_key
  qualify row_number() over (partition by r.customer_id order by p.newest_at desc, p.profile_key desc) = 1
)

select
  c.customer_id,
  c.first_seen_at,
  coalesce(nullif(p.platforms, ''), 'unknown') as platforms,
  v.level as current_level,
  k.customer_id is not null as is_key_customer,
  f.completeness as profile_completeness,
  b.blocked_at,
  e.customer_id is not null as is_erased
from customers c
left join listed p on p.customer_id = c.customer_id
left join levels v on v.customer_id = c.customer_id
left join key_customers k on k.customer_id = c.customer_id
left join blocks b on b.customer_id = c.customer_id
left join profiles f on f.customer_id = c.customer_id
left join {{ ref('int_erased_customers') }} e on e.customer_id = c.customer_id
union all
select 'unknown', null, 'unknown', null, false, null, null, false
