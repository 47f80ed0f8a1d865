with signins as (
  {{ newest_version(ref('stg_dingtalk__signin')) }}
),

signed as (
  {{ held_by('signins', "'dingtalk'", 'user_token', 'signed_at') }}
)

select
  system || ':' || md5(record_key) as outing_id,
  system as tool,
  employee_id,
  occurred_at,
  latitude,
  longitude
from {{ ref('int_attendance') }}
where duty = 'outing'
union all
select
  'dingtalk_signin:' || md5(record_key) as outing_id,
  'dingtalk' as tool,
  employee_id,
  signed_at as occurred_at,
  latitude,
  longitude
from signed
