with leads as (
  select
    x.session_id,
    cast(count(distinct case when not l.is_test then s.lead_id end) as {{ t('int') }}) as leads
  from {{ ref('int_submission_sessions') }} x
  join {{ ref('int_lead_steps') }} s on s.record_key = 'submission:' || x.submission_id and s.kind = 'submission'
  join {{ ref('int_leads') }} l on l.lead_id = s.lead_id
  group by x.session_id
)

select
  r.session_id,
  r.platform,
  r.store_id,
  p.audience_basis,
  t.viewers,
  t.peak_concurrent,
  t.new_followers,
  t.likes,
  t.comments,
  t.form_submits,
  coalesce(l.leads, 0) as leads,
  coalesce(l.leads, 0) / cast(nullif(t.viewers, 0) as double) as lead_rate,
  r.cost,
  r.started_at,
  r.ended_at,
  {{ local_day('r.started_at') }} as started_day
from {{ ref('int_live_rooms') }} r
join {{ ref('int_live_totals') }} t on t.session_id = r.session_id
join {{ ref('dim_platform') }} p on p.platform = r.platform
left join leads l on l.session_id = r.session_id
