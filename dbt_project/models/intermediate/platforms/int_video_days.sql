{{ config(materialized='view') }}
{# Videos day by day; the platform counts each day by itself. #}
with newest as (
  {{ newest_version(ref('stg_douyin__video')) }}
)

select
  'douyin:' || n.account || ':' || n.item_id as content_id,
  'douyin' as platform,
  {{ known_store() }} as store_id,
  'video' as kind,
  max(n.published_at) over (partition by n.account, n.item_id) as published_at,
  n.date_day,
  n.views,
  n.new_followers
from newest n
{{ store_of_account("'douyin'", 'n.account_id', local_midnight('n.date_day')) }}
where n.date_day is not null
