-- Nothing is lost between the facts and the marts: each pair is a sum of a mart and what it counts; a day's activity is that of
-- leads, test leads apart.
{%- set of_lead = "lead_id in (select lead_id from " ~ ref('fct_leads') ~ " where not is_test)" %}
{%- set pairs = [
  (ref('mart_conversion_funnel'), 'leads', ref('fct_leads'), 'true'),
  (ref('mart_conversion_funnel'), 'submissions', ref('fct_lead_submissions'), 'true'),
  (ref('fct_lead_submissions'), '1', ref('int_submissions'), 'true'),
  (ref('mart_response_sla'), 'valid_leads', ref('fct_leads'), 'is_valid'),
  (ref('mart_platform_scorecard'), 'valid_leads', ref('fct_leads'), 'is_valid'),
  (ref('mart_platform_scorecard'), 'submissions', ref('fct_lead_submissions'), 'true'),
  (ref('mart_platform_scorecard'), 'hotline_calls', ref('int_hotline_calls'), 'true'),
  (ref('mart_activity_daily'), 'leads_received', ref('fct_leads'), 'true'),
  (ref('mart_activity_daily'), 'attempts', ref('fct_touches'), 'is_attempt and ' ~ of_lead),
  (ref('mart_activity_daily'), 'connected', ref('fct_touches'), "connected and channel <> 'callback' and " ~ of_lead),
  (ref('mart_activity_daily'), 'appointments_set', ref('fct_appointments'), 'set_day is not null and ' ~ of_lead),
  (ref('mart_activity_daily'), 'appointments_due', ref('fct_appointments'), 'is_due and ' ~ of_lead),
  (ref('mart_activity_daily'), 'appointments_kept', ref('fct_appointments'), 'kept_day is not null and ' ~ of_lead),
  (ref('mart_activity_daily'), 'visits_first + visits_repeat', ref('fct_visits'), of_lead),
  (ref('mart_activity_daily'), 'walk_ins', ref('fct_visits'), 'is_walk_in and ' ~ of_lead),
  (ref('mart_activity_daily'), 'test_drives', ref('fct_visits'), 'test_drive_at is not null and ' ~ of_lead),
  (ref('mart_activity_daily'), 'orders', ref('fct_orders'), of_lead),
  (ref('mart_activity_daily'), 'cancellations', ref('fct_orders'), 'cancelled_at is not null and ' ~ of_lead),
  (ref('mart_activity_daily'), 'deliveries', ref('fct_orders'), 'delivered_at is not null and ' ~ of_lead),
  (ref('mart_contact_timing'), 'attempts', ref('int_call_attempts'), 'true'),
  (ref('mart_contact_timing'), 'connected', ref('int_call_attempts'), 'connected'),
  (ref('mart_customer_care'), 'deliveries_surveyed', ref('int_surveyed_deliveries'), 'true')
] %}
{%- for mart, measure, fact, condition in pairs %}
select '{{ mart.identifier }}' as mart, '{{ measure }}' as measure, m.in_mart, f.in_fact
from (select coalesce(sum({{ measure }}), 0) as in_mart from {{ mart }}) m
cross join (select count(*) as in_fact from {{ fact }} where {{ condition }}) f
where m.in_mart <> f.in_fact
union all
{%- endfor %}
{%- for mart, measure, other, measured in [
  (ref('mart_live_conversion'), 'leads', ref('fct_live_sessions'), 'leads'),
  (ref('mart_lead_pipeline'), 'open_leads', ref('int_pipeline_weeks'), 'open_leads'),
  (ref('mart_control_burden'), 'actions', ref('int_control_burden_people'), 'actions'),
  (ref('mart_training_load'), 'exams', ref('int_training_load_people'), 'exams'),
  (ref('mart_customer_care'), 'callback_rounds', ref('int_surveyed_deliveries'), 'callback_rounds')
] %}
select '{{ mart.identifier }}', '{{ measure }}', m.in_mart, f.in_fact
from (select coalesce(sum({{ measure }}), 0) as in_mart from {{ mart }}) m
cross join (select coalesce(sum({{ measured }}), 0) as in_fact from {{ other }}) f
where m.in_mart <> f.in_fact
{{ 'union all' if not loop.last }}
{%- endfor %}
