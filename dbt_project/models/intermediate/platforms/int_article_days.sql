{{ config(materialized='view') }}
{# Articles day by day: what is new since the count before, so that a day nobody counted falls to the next one, and a
   count that fell takes nothing away. #}
with counted as (
  {{ of_portals('article', ['account', 'article_id', 'published_at', 'date_day', 'views', 'new_followers']) }}
),

highest as (
  select
    portal,
    store_id,
    portal || ':' || account || ':' || article_id as content_id,
    date_day,
    min(published_at) over (partition by portal, account, article_id) as first_published_at
    {%- for counter in ['views', 'new_followers'] %},
    max({{ counter }}) over (
      partition by portal, account, article_id order by date_day rows between unbounded preceding and current row
    ) as {{ counter }}_so_far
    {%- endfor %}
  from counted
  where date_day is not null
)

select
  h.content_id,
  h.portal as platform,
  h.store_id,
  'article' as kind,
  h.first_published_at as published_at,
  h.date_day
  {%- for counter in ['views', 'new_followers'] %},
  h.{{ counter }}_so_far
    - coalesce(lag(h.{{ counter }}_so_far) over (partition by h.content_id order by h.date_day), 0) as {{ counter }}
  {%- endfor %}
from highest h
