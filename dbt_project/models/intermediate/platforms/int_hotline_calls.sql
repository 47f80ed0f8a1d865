{# Inbound calls on the portals' lines, with the first human attempt to reach the same lead after the hang-up. #}
with calls as (
  select * from {{ ref('int_calls') }} where hotline_platform is not null
),

steps as (
  select record_key, lead_id from {{ ref('int_lead_steps') }} where kind = 'submission'
),

attempts as (
  select lead_id, started_at from {{ ref('fct_touches') }} where is_attempt and lead_id is not null
),

placed as (
  select
    c.call_key,
    c.hotline_platform as platform,
    coalesce(c.line_store_id, 'unknown') as store_id,
    s.lead_id,
    c.is_connected as is_answered,
    c.began_at,
    c.ended_at
  from calls c
  join steps s on s.record_key = 'submission:' || c.call_key
)

select
  p.call_key,
  p.platform,
  p.store_id,
  p.lead_id,
  p.is_answered,
  p.began_at,
  p.ended_at,
  {{ local_day('p.began_at') }} as call_day,
  min(a.started_at) as called_back_at
from placed p
left join attempts a
  on a.lead_id = case when not p.is_answered then p.lead_id end and a.started_at >= p.ended_at
group by
  p.call_key, p.platform, p.store_id, p.lead_id, p.is_answered, p.began_at, p.ended_at, {{ local_day('p.began_at') }}
