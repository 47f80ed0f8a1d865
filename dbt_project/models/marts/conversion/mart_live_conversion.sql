with leads as (
  select distinct s.live_session_id as session_id, s.lead_id
  from {{ ref('fct_lead_submissions') }} s
  where s.live_session_id is not null
),

outcomes as (
  select
    x.session_id,
    count(case when l.first_connected_at is not null then 1 end) as contacted_leads,
    count(case when l.showed_at is not null then 1 end) as showed_leads,
    count(case when l.ordered_at is not null then 1 end) as ordered_leads
  from leads x
  join {{ ref('fct_leads') }} l on l.lead_id = x.lead_id
  where not l.is_test
  group by x.session_id
)

select
  f.session_id,
  f.platform,
  f.store_id,
  f.started_at,
  f.viewers,
  f.audience_basis,
  f.peak_concurrent,
  f.new_followers,
  f.form_submits,
  f.leads,
  f.lead_rate,
  coalesce(o.contacted_leads, 0) as contacted_leads,
  coalesce(o.showed_leads, 0) as showed_leads,
  coalesce(o.ordered_leads, 0) as ordered_leads
from {{ ref('fct_live_sessions') }} f
left join outcomes o on o.session_id = f.session_id
