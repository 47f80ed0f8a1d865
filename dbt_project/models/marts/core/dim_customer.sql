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

levels as (
  select i.customer_id, v.lead_level
  from {{ ref('int_crm_lead_versions') }} v
  join {{ ref('int_record_customers') }} i on i.record_key = 'crm_lead:' || v.crm_lead_id
  where v.lead_level is not null
  qualify row_number() over (partition by i.customer_id order by v.updated_at desc, v.crm_lead_id desc) = 1
)

select
  c.customer_id,
  c.first_seen_at,
  coalesce(nullif(p.platforms, ''), 'unknown') as platforms,
  v.lead_level as current_level,
  false as is_key_customer,
  cast(null as double) as profile_completeness,
  cast(null as {{ t('instant') }}) as blocked_at,
  false as is_erased
from customers c
left join listed p on p.customer_id = c.customer_id
left join levels v on v.customer_id = c.customer_id
union all
select 'unknown', null, 'unknown', null, false, null, null, false
