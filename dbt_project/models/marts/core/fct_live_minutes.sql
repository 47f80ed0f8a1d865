select
  c.session_id,
  r.store_id,
  c.minute_at,
  c.concurrent,
  c.new_followers,
  c.form_submits
from {{ ref('int_live_counts') }} c
join {{ ref('int_live_rooms') }} r on r.session_id = c.session_id
