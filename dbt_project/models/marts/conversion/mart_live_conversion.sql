with leads as (
  select s.live_session_id as session_id, s.lead_id, min(s.submitted_day) as since_day
  from {{ ref('fct_lead_submissions') }} s
  join {{ ref('fct_leads') }} l on l.lead_id = s.lead_id
  where s.live_session_id is not null and not l.is_test
  group by s.live_session_id, s.lead_id
),

happened as (
  select lead_id, 'contacted' as step, touch_day as happened_day
  from {{ ref('fct_touches') }}
  where connected and channel <> 'callback'
  union all
  select lead_id, 'showed', visit_day
  from {{ ref('fct_visits') }}
  union all
  select lead_id, 'ordered', ordered_day
  from {{ ref('fct_orders') }}
  where cancelled_at is null
),

outcomes as (
  select
    x.session_id
    {%- for step in ['contacted', 'showed', 'ordered'] %},
    count(distinct case when h.step = '{{ step }}' then x.lead_id end) as {{ step }}_leads
    {%- endfor %}
  from leads x
  join happened h on h.lead_id = x.lead_id and h.happened_day >= x.since_day
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
