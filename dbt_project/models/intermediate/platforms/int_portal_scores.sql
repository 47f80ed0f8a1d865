{# A store's day on each portal, newest version: its standing and the portal's own counts. #}
{%- set portals = ['autohome', 'dongchedi', 'yiche'] %}
with
{%- for portal in portals %}
{{ portal }} as (
  {{ newest_version(ref('stg_' ~ portal ~ '__score')) }}
),
{%- endfor %}

stores as (
  select system, account, min(store_id) as store_id
  from {{ ref('int_store_accounts') }}
  group by system, account
),

days as (
  {%- for portal in portals %}
  select
    '{{ portal }}' as platform, dealer_id, date_day, response_score, score_max, response_rank, rank_of,
    leads, calls, answered_calls, newest_at
  from {{ portal }}
  {% if not loop.last %}union all{% endif %}
  {%- endfor %}
)

select
  d.platform,
  coalesce(s.store_id, 'unknown') as store_id,
  d.dealer_id,
  d.date_day,
  d.response_score,
  d.score_max,
  d.response_rank,
  d.rank_of,
  d.leads,
  d.calls,
  d.answered_calls,
  d.newest_at as told_at
from days d
left join stores s on s.system = d.platform and s.account = d.dealer_id
where d.date_day is not null
