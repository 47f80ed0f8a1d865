{# What happened on each day, one row per kind of happening; test leads stay out of all but received and submissions. #}
select submitted_day as date_day, store_id, platform, 'submissions' as measure, count(*) as n
from {{ ref('fct_lead_submissions') }}
group by submitted_day, store_id, platform
union all
select {{ local_day('received_at') }}, store_id, platform, 'leads_received', count(*)
from {{ ref('int_leads') }}
group by {{ local_day('received_at') }}, store_id, platform
{%- for measure, day, relation, condition in [
  ('attempts', 'started_at', ref('fct_touches'), 'x.is_attempt'),
  ('connected', 'started_at', ref('fct_touches'), "x.connected and x.channel <> 'callback'"),
  ('appointments_set', 'set_at', ref('fct_appointments'), 'true'),
  ('appointments_due', 'for_at', ref('fct_appointments'), 'x.is_due'),
  ('appointments_kept', 'kept_at', ref('fct_appointments'), 'true'),
  ('visits_first', 'arrived_at', ref('fct_visits'), 'x.visit_no = 1'),
  ('visits_repeat', 'arrived_at', ref('fct_visits'), 'x.visit_no > 1'),
  ('walk_ins', 'arrived_at', ref('fct_visits'), 'x.is_walk_in'),
  ('test_drives', 'arrived_at', ref('fct_visits'), 'x.test_drive_at is not null'),
  ('orders', 'ordered_at', ref('fct_orders'), 'true'),
  ('cancellations', 'cancelled_at', ref('fct_orders'), 'true'),
  ('deliveries', 'delivered_at', ref('fct_orders'), 'true'),
  ('defeats', 'defeated_at', ref('int_lead_defeats'), 'true')
] %}
union all
{{ counted(measure, day, relation, condition) }}
{%- endfor %}
