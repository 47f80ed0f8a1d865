with days as (
  select * from {{ ref('int_article_days') }}
  union all
  select * from {{ ref('int_video_days') }}
)

select
  content_id,
  platform,
  store_id,
  kind,
  published_at,
  date_day,
  views,
  new_followers
from days
