{{ config(materialized='view') }}
{# The portals' calls, of which the call centre adds its reference, and the number where the portal withholds or masks it. #}
with portal as (
  select *, coalesce(caller_class = 'mobile', false) as is_full from {{ ref('int_portal_calls') }}
),

told_twice as (
  select t.portal_call_key, c.*
  from {{ ref('int_call_twins') }} t
  join {{ ref('int_centre_calls') }} c on c.call_key = t.centre_call_key
)

select
  p.call_key,
  p.portal as system,
  p.call_id,
  c.crm_lead_id,
  c.intent,
  c.suggested_level,
  p.portal,
  p.store_id as portal_store_id,
  case when p.is_full then p.caller_token else coalesce(c.caller_token, p.caller_token) end as caller_token,
  case when p.is_full then p.caller_class else coalesce(c.caller_class, p.caller_class) end as caller_class,
  case when p.is_full then p.caller_masked else coalesce(c.caller_masked, p.caller_masked) end as caller_masked,
  p.line_token as callee_token,
  p.line_class as callee_class,
  p.line_masked as callee_masked,
  {{ seconds_of('p.answered_at', 'p.ended_at') }} as talk_seconds,
  false as is_robot,
  p.called_at as began_at,
  p.called_at as rang_at,
  p.answered_at,
  p.ended_at,
  c.next_reminder_at
from portal p
left join told_twice c on c.portal_call_key = p.call_key
