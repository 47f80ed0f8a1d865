{# Articles day by day: what is new since the count before, so that a day nobody counted falls to the next one, and a
   count that fell takes nothing away. #}
{%- set portals = ['autohome', 'dongchedi', 'yiche'] %}
with
{%- for portal in portals %}
{{ portal }} as (
  {{ newest_version(ref('stg_' ~ portal ~ '__article')) }}
),
{%- endfor %}

stores as (
  select system, account, min(store_id) as store_id
  from {{ ref('int_store_accounts') }}
  group by system, account
),

counted as (
  {%- for portal in portals %}
  select
    '{{ portal }}:' || account || ':' || article_id as content_id,
    '{{ portal }}' as platform, dealer_id, published_at, date_day, views, new_followers
  from {{ portal }}
  {% if not loop.last %}union all{% endif %}
  {%- endfor %}
),

highest as (
  select
    *,
    max(published_at) over (partition by content_id) as first_published_at
    {%- for counter in ['views', 'new_followers'] %},
    max({{ counter }}) over (
      partition by content_id order by date_day rows between unbounded preceding and current row
    ) as {{ counter }}_so_far
    {%- endfor %}
  from counted
  where date_day is not null
)

select
  h.content_id,
  h.platform,
  coalesce(s.store_id, 'unknown') as store_id,
  'article' as kind,
  h.first_published_at as published_at,
  h.date_day
  {%- for counter in ['views', 'new_followers'] %},
  h.{{ counter }}_so_far
    - coalesce(lag(h.{{ counter }}_so_far) over (partition by h.content_id order by h.date_day), 0) as {{ counter }}
  {%- endfor %}
from highest h
left join stores s on s.system = h.platform and s.account = h.dealer_id
