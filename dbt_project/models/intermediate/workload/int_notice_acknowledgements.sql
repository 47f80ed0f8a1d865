with acknowledged as (
  {{ newest_version(ref('stg_notice__acknowledged')) }}
),

answers as (
  select
    *,
    account || ':' || app || ':' || notice_id as notice_key
  from acknowledged
),

held as (
  {{ held_by('answers', 'r.app', 'user_token', 'acknowledged_at') }}
)

select
  notice_key as notice_id,
  app,
  employee_id,
  min(acknowledged_at) as acknowledged_at
from held
where employee_id <> 'unmatched'
group by notice_key, app, employee_id
