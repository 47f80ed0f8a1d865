-- New followers and forms, minute by minute, are the session's, or part of them where minutes were missed.
select m.session_id, m.new_followers, s.new_followers as of_session, m.form_submits, s.form_submits as forms_of_session
from (
  select session_id, sum(new_followers) as new_followers, sum(form_submits) as form_submits
  from {{ ref('fct_live_minutes') }}
  group by session_id
) m
join {{ ref('fct_live_sessions') }} s on s.session_id = m.session_id
where m.new_followers > s.new_followers or m.form_submits > s.form_submits
