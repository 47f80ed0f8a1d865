{{ config(materialized='view') }}
{# What happened on each day: each relation gives the measures that are counted by one of its days, in one pass; test leads
   stay out of all but received and submissions. #}
{%- set measures = ['attempts', 'connected', 'appointments_set', 'appointments_due', 'appointments_kept', 'visits_first',
  'visits_repeat', 'walk_ins', 'test_drives', 'orders', 'cancellations', 'deliveries', 'defeats'] %}
select
  submitted_day as date_day, store_id, platform, count(*) as submissions, 0 as leads_received
  {%- for measure in measures %}, 0 as {{ measure }}{% endfor %}
from {{ ref('fct_lead_submissions') }}
group by submitted_day, store_id, platform
union all
select
  received_day, store_id, platform, 0, count(*)
  {%- for measure in measures %}, 0{% endfor %}
from {{ ref('fct_leads') }}
group by received_day, store_id, platform
{%- for relation, day, counts in [
  (ref('fct_touches'), 'touch_day', {'attempts': 'x.is_attempt', 'connected': "x.connected and x.channel <> 'callback'"}),
  (ref('fct_appointments'), 'set_day', {'appointments_set': 'true'}),
  (ref('fct_appointments'), 'for_day', {'appointments_due': 'x.is_due'}),
  (ref('fct_appointments'), 'kept_day', {'appointments_kept': 'true'}),
  (ref('fct_visits'), 'visit_day', {
    'visits_first': 'x.visit_no = 1', 'visits_repeat': 'x.visit_no > 1', 'walk_ins': 'x.is_walk_in',
    'test_drives': 'x.test_drive_at is not null'
  }),
  (ref('fct_orders'), 'ordered_day', {'orders': 'true'}),
  (ref('fct_orders'), 'cancelled_day', {'cancellations': 'true'}),
  (ref('fct_orders'), 'delivered_day', {'deliveries': 'true'}),
  (ref('int_defeats_judged'), 'defeated_day', {'defeats': 'true'})
] %}
union all
{{ counted(relation, day, counts, measures) }}
{%- endfor %}
