with newest as (
  {{ newest_version(ref('stg_douyin__live_room')) }}
),

minutes as (
  select account_id, room_id, max(minute_at) as last_minute_at
  from {{ ref('stg_douyin__live_minute') }}
  group by account_id, room_id
),

stores as (
  select account, min(store_id) as store_id
  from {{ ref('int_store_accounts') }}
  where system = 'douyin'
  group by account
)

select
  'douyin:' || n.account_id || ':' || n.room_id as session_id,
  'douyin' as platform,
  n.room_id,
  coalesce(s.store_id, 'unknown') as store_id,
  n.anchor_token,
  n.viewers,
  n.concurrent,
  n.new_followers,
  n.likes,
  n.comments,
  n.form_submits,
  n.cost,
  n.started_at,
  n.ended_at,
  coalesce(n.ended_at, m.last_minute_at, n.started_at) as heard_until
from newest n
left join minutes m on m.account_id = n.account_id and m.room_id = n.room_id
left join stores s on s.account = n.account_id
