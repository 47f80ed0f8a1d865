with firsts as (
  select * from {{ ref('int_platform_firsts') }}
),

pairs as (
  select
    a.customer_id,
    a.platform as platform_a,
    b.platform as platform_b,
    a.first_at < b.first_at as is_a_first,
    {{ minutes_between('least(a.first_at, b.first_at)', 'greatest(a.first_at, b.first_at)') }} / 1440 as days_between,
    greatest(a.first_at, b.first_at) as met_at
  from firsts a
  join firsts b on b.customer_id = a.customer_id and a.platform < b.platform
),

dated as (
  select *, {{ month_start(local_day('met_at')) }} as month_start_date
  from pairs
),

ordered as (
  select p.customer_id, p.platform_a, p.platform_b, count(*) as orders
  from dated p
  join {{ ref('fct_orders') }} o
    on o.customer_id = p.customer_id and o.cancelled_at is null and o.ordered_at >= p.met_at
  group by p.customer_id, p.platform_a, p.platform_b
),

ranked as (
  select
    d.*,
    coalesce(o.orders, 0) as orders,
    row_number() over (
      partition by d.month_start_date, d.platform_a, d.platform_b order by d.days_between, d.customer_id
    ) as place,
    count(*) over (partition by d.month_start_date, d.platform_a, d.platform_b) as pairs
  from dated d
  left join ordered o
    on o.customer_id = d.customer_id and o.platform_a = d.platform_a and o.platform_b = d.platform_b
)

select
  month_start_date,
  platform_a,
  platform_b,
  count(*) as customers_both,
  count(case when is_a_first then 1 end) as a_first,
  min(case when pairs >= 5 and place * 2 >= pairs then days_between end) as median_days_between,
  cast(sum(orders) as {{ t('int') }}) as orders
from ranked
group by month_start_date, platform_a, platform_b
