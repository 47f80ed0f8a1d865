{%- set counts = ['articles', 'hotline_calls', 'hotline_answered', 'hotline_missed', 'hotline_called_back_30m', 'submissions',
  'valid_leads', 'invited_leads', 'showed_leads', 'net_orders', 'deliveries'] %}
-- Of the store that had the account when it was first counted: who takes an account over has published none of it.
with published as (
  select {{ week_start(local_day('published_at')) }} as week_start_date, store_id, platform
  from {{ ref('fct_content') }}
  where published_at is not null
  qualify row_number() over (partition by content_id order by date_day) = 1
),

counted as (
  select week_start_date, store_id, platform, 'articles' as measure, count(*) as n
  from published
  group by week_start_date, store_id, platform
  {%- for measure, condition in [
    ('hotline_calls', 'true'),
    ('hotline_answered', 'is_answered'),
    ('hotline_missed', 'not is_answered'),
    ('hotline_called_back_30m', minutes_between('ended_at', 'called_back_at') ~ ' <= 30')
  ] %}
  union all
  select {{ week_start('call_day') }}, store_id, platform, '{{ measure }}', count(*)
  from {{ ref('int_hotline_calls') }}
  where {{ condition }}
  group by {{ week_start('call_day') }}, store_id, platform
  {%- endfor %}
  union all
  select {{ week_start('submitted_day') }}, store_id, platform, 'submissions', count(*)
  from {{ ref('fct_lead_submissions') }}
  group by {{ week_start('submitted_day') }}, store_id, platform
  {%- for measure, condition in [
    ('valid_leads', 'true'),
    ('invited_leads', 'appointment_set_at is not null'),
    ('showed_leads', 'showed_at is not null'),
    ('net_orders', 'ordered_at is not null'),
    ('deliveries', 'delivered_at is not null')
  ] %}
  union all
  select {{ week_start('received_day') }}, store_id, platform, '{{ measure }}', count(*)
  from {{ ref('fct_leads') }}
  where is_valid and {{ condition }}
  group by {{ week_start('received_day') }}, store_id, platform
  {%- endfor %}
),

ranked as (
  select
    {{ week_start('date_day') }} as week_start_date, store_id, platform, response_score, score_max, response_rank, rank_of,
    row_number() over (
      partition by {{ week_start('date_day') }}, store_id, platform order by response_rank nulls last, date_day
    ) as place,
    count(response_rank) over (partition by {{ week_start('date_day') }}, store_id, platform) as ranked_days
  from {{ ref('fct_platform_scores') }}
),

scores as (
  select
    week_start_date, store_id, platform,
    case when count(response_score) >= 5 then avg(response_score) end as mean_response_score,
    max(score_max) as score_max,
    min(case when ranked_days >= 5 and place * 2 >= ranked_days then response_rank end) as median_rank,
    max(rank_of) as rank_of
  from ranked
  group by week_start_date, store_id, platform
),

costs as (
  select * from {{ ref('int_platform_week_costs') }}
),

cells as (
  select week_start_date, store_id, platform from counted
  union
  select week_start_date, store_id, platform from scores
  union
  select week_start_date, store_id, platform from costs
),

sums as (
  select
    week_start_date, store_id, platform
    {%- for measure in counts %},
    cast(sum(case when measure = '{{ measure }}' then n else 0 end) as {{ t('int') }}) as {{ measure }}
    {%- endfor %}
  from counted
  group by week_start_date, store_id, platform
)

select
  c.week_start_date,
  c.store_id,
  c.platform,
  {%- for measure in counts %}
  coalesce(n.{{ measure }}, 0) as {{ measure }},
  {%- endfor %}
  s.mean_response_score,
  s.score_max,
  s.median_rank,
  s.rank_of,
  x.cost,
  coalesce(x.cost_source, 'none') as cost_source,
  {%- for name, measure in [('valid_lead', 'valid_leads'), ('net_order', 'net_orders')] %}
  {{ money_per(in_fen('x.cost'), 'nullif(n.' ~ measure ~ ', 0)') }} as cost_per_{{ name }}{{ ',' if not loop.last }}
  {%- endfor %}
from cells c
left join sums n on n.week_start_date = c.week_start_date and n.store_id = c.store_id and n.platform = c.platform
left join scores s on s.week_start_date = c.week_start_date and s.store_id = c.store_id and s.platform = c.platform
left join costs x on x.week_start_date = c.week_start_date and x.store_id = c.store_id and x.platform = c.platform
