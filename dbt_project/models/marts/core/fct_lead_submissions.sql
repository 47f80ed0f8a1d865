with submissions as (
  select * from {{ ref('int_submissions') }}
),

steps as (
  select * from {{ ref('int_lead_steps') }} where kind = 'submission'
)

select
  s.submission_id,
  s.platform,
  s.platform_lead_id,
  t.lead_id,
  l.customer_id,
  s.store_id,
  coalesce(s.series_id, 'unknown') as series_id,
  x.session_id as live_session_id,
  cast(null as {{ t('money') }}) as cost,
  s.is_test,
  not t.is_first as is_repeat,
  s.submitted_at,
  s.stored_at,
  s.dispatched_at,
  {{ local_day('s.submitted_at') }} as submitted_day
from submissions s
join steps t on t.record_key = 'submission:' || s.submission_id
join {{ ref('int_leads') }} l on l.lead_id = t.lead_id
left join {{ ref('int_submission_sessions') }} x on x.submission_id = s.submission_id
