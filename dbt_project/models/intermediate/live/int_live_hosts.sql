select r.session_id, a.employee_id, r.started_at, r.heard_until as ended_at
from {{ ref('int_live_rooms') }} r
join {{ ref('int_employee_accounts') }} a
  on a.system = 'douyin' and a.account_token = r.anchor_token
  and r.started_at >= a.valid_from_at and r.started_at < a.valid_to_at
