select
  content_id,
  platform,
  store_id,
  kind,
  published_at,
  date_day,
  views,
  new_followers
from {{ ref('int_article_days') }}
