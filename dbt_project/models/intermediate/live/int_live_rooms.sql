{# Live sessions of every platform in one shape, newest totals, the most people seen at once; of a room whose totals nobody has
   pulled its minutes tell. Channels names no host and no forms. #}
with douyin as (
  {{ newest_version(ref('stg_douyin__live_room')) }}
),

channels as (
  {{ newest_version(ref('stg_channels__live')) }}
),

-- Nobody is left in a room that has ended.
peaks as (
  select account_id, room_id, nullif(max(concurrent), 0) as concurrent
  from {{ ref('stg_douyin__live_room') }}
  group by account_id, room_id
),

minutes as (
  select account_id, room_id, min(minute_at) as first_minute_at, max(minute_at) as last_minute_at
  from {{ ref('stg_douyin__live_minute') }}
  group by account_id, room_id
),

rooms as (
  select
    'douyin' as platform, coalesce(n.account_id, m.account_id) as account_id, coalesce(n.room_id, m.room_id) as room_id,
    n.anchor_token, n.viewers, p.concurrent, n.new_followers, n.likes, n.comments, n.form_submits, n.cost,
    coalesce(n.started_at, m.first_minute_at) as started_at,
    n.ended_at,
    coalesce(n.ended_at, m.last_minute_at, n.started_at) as heard_until
  from douyin n
  full join minutes m on m.account_id = n.account_id and m.room_id = n.room_id
  left join peaks p on p.account_id = n.account_id and p.room_id = n.room_id
  union all
  select
    'channels', account, export_id, null, viewers, peak_concurrent, new_followers, likes, comments, null, null,
    started_at, ended_at, coalesce(ended_at, started_at)
  from channels
)

select
  r.platform || ':' || r.account_id || ':' || r.room_id as session_id,
  r.platform,
  r.room_id,
  {{ known_store() }} as store_id,
  r.anchor_token,
  r.viewers,
  r.concurrent,
  r.new_followers,
  r.likes,
  r.comments,
  r.form_submits,
  r.cost,
  r.started_at,
  r.ended_at,
  r.heard_until
from rooms r
{{ store_of_account('r.platform', 'r.account_id', 'coalesce(r.started_at, r.ended_at)') }}
