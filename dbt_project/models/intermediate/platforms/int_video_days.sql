{{ config(materialized='view') }}
{# Videos day by day; the platform counts each day by itself. #}
with newest as (
  {{ newest_version(ref('stg_douyin__video')) }}
)

select
  'douyin:' || n.account || ':' || n.item_id as content_id,
  'douyin' as platform,
  coalesce(s.store_id, 'unknown') as store_id,
  'video' as kind,
  max(n.published_at) over (partition by n.account, n.item_id) as published_at,
  n.date_day,
  n.views,
  n.new_followers
from newest n
left join {{ ref('int_store_accounts') }} s on s.system = 'douyin' and s.account = n.account_id
where n.date_day is not null
