{{ config(materialized='view') }}
{# Videos day by day; the platform counts each day by itself. #}
with newest as (
  {{ newest_version(ref('stg_douyin__video')) }}
),

stores as (
  select account, min(store_id) as store_id
  from {{ ref('int_store_accounts') }}
  where system = 'douyin'
  group by account
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
left join stores s on s.account = n.account_id
where n.date_day is not null
