{# A call takes its caller from dialling on, whom it reaches from the answer on. #}
with touches as (
  select
    touch_id,
    employee_id,
    lead_id,
    tool,
    case when direction = 'outbound' then started_at else answered_at end as started_at,
    ended_at,
    intent
  from {{ ref('fct_touches') }}
  where channel = 'call' and not is_automatic and employee_id not in ('unassigned', 'unmatched')
),

calls as (
  select * from touches where started_at is not null
),

inviting as (
  select distinct c.touch_id
  from calls c
  inner join {{ ref('fct_appointments') }} a
    on a.lead_id = c.lead_id and a.set_at >= c.started_at and a.set_at <= {{ add_seconds('c.started_at', 1800) }}
)

select
  c.employee_id,
  c.tool,
  c.started_at,
  c.ended_at,
  i.touch_id is not null or coalesce(c.intent like '%邀约%' or lower(c.intent) like '%invit%', false) as is_invitation
from calls c
left join inviting i on i.touch_id = c.touch_id
