{{ config(materialized='view') }}
{# What platforms cost, net of deductible tax. A line of the whole group is shared out by the stores' submissions of that
   platform and month (where there are none, evenly by the stores not closed before), in whole fen whose sum is the line's.
   Where the accounts know nothing of a month, store and platform, what the platform itself charged for live sessions
   stands. #}
{%- set fen = in_fen('amount') %}
with newest as (
  {{ newest_version(ref('stg_finance__platform_cost')) }}
),

lines as (
  select
    n.record_key,
    n.month_start_date,
    n.store_id,
    coalesce(p.platform, 'other') as platform,
    n.allocation,
    n.amount - n.tax as amount
  from newest n
  left join {{ ref('platforms') }} p on p.platform = n.platform
  where n.month_start_date is not null and n.amount is not null
),

stores as (
  select store_id, max(coalesce(valid_to, {{ last_day() }})) as closed_on
  from {{ ref('int_stores') }}
  group by store_id
),

submitted as (
  select {{ month_start(local_day('submitted_at')) }} as month_start_date, store_id, platform, count(*) as submissions
  from {{ ref('int_submissions') }}
  where not is_test
  group by {{ month_start(local_day('submitted_at')) }}, store_id, platform
),

weighed as (
  select
    l.record_key, l.month_start_date, l.platform, {{ fen }} as fen, s.store_id,
    coalesce(x.submissions, 0) as submissions,
    sum(coalesce(x.submissions, 0)) over (partition by l.record_key) as of_submissions
  from lines l
  cross join stores s
  left join submitted x
    on x.month_start_date = l.month_start_date and x.store_id = s.store_id and x.platform = l.platform
  where l.store_id is null and (s.closed_on > l.month_start_date or x.submissions > 0)
),

cumulated as (
  select
    *,
    cast(sum(case when of_submissions = 0 then 1 else submissions end) over (
      partition by record_key order by store_id rows between unbounded preceding and current row
    ) as {{ t('int') }}) as weight_so_far,
    cast(sum(case when of_submissions = 0 then 1 else submissions end) over (
      partition by record_key
    ) as {{ t('int') }}) as weight
  from weighed
),

shares as (
  select
    month_start_date,
    store_id,
    platform,
    {{ int_div('fen * weight_so_far', 'weight') }} - coalesce(
      lag({{ int_div('fen * weight_so_far', 'weight') }}) over (partition by record_key order by store_id), 0
    ) as fen
  from cumulated
),

booked as (
  select
    l.month_start_date,
    {{ known_store() }} as store_id,
    l.platform,
    {{ fen }} as fen,
    case when l.allocation = 'allocated' then 'allocated' else 'invoice' end as cost_source
  from lines l
  {{ store_named('l.store_id') }}
  where l.store_id is not null
  union all
  select month_start_date, store_id, platform, fen, 'allocated'
  from shares
  where fen <> 0
),

charged as (
  select
    {{ month_start(local_day('started_at')) }} as month_start_date, store_id, platform,
    {{ in_fen('sum(cost)') }} as fen
  from {{ ref('int_live_rooms') }}
  where cost is not null and started_at is not null
  group by {{ month_start(local_day('started_at')) }}, store_id, platform
)

select month_start_date, store_id, platform, cost_source, cast(sum(fen) as {{ t('int') }}) as fen
from booked
group by month_start_date, store_id, platform, cost_source
union all
select c.month_start_date, c.store_id, c.platform, 'invoice', c.fen
from charged c
where not exists (
  select 1
  from booked b
  where b.month_start_date = c.month_start_date and b.store_id = c.store_id and b.platform = c.platform
)
