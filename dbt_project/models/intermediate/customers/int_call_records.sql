{# Every call once. Of a call told twice the portal's record holds; the call centre adds its reference, and the number
   where the portal withholds or masks it. #}
with portal as (
  select * from {{ ref('int_portal_calls') }}
),

centre as (
  select * from {{ ref('int_centre_calls') }}
),

twins as (
  select * from {{ ref('int_call_twins') }}
),

full_numbers as (
  select p.*, t.centre_call_key, coalesce(p.caller_class = 'mobile', false) as is_full
  from portal p
  left join twins t on t.portal_call_key = p.call_key
)

select
  call_key, system, call_id, crm_lead_id, intent, suggested_level,
  cast(null as {{ t('text') }}) as portal,
  cast(null as {{ t('text') }}) as portal_store_id,
  caller_token, caller_class, caller_masked, callee_token, callee_class, callee_masked,
  talk_seconds, is_robot, began_at, rang_at, answered_at, ended_at, next_reminder_at
from centre
where call_key not in (select centre_call_key from twins)
union all
select
  p.call_key, p.portal, p.call_id, c.crm_lead_id, c.intent, c.suggested_level, p.portal as portal_of_line, p.store_id,
  case when p.is_full then p.caller_token else coalesce(c.caller_token, p.caller_token) end,
  case when p.is_full then p.caller_class else coalesce(c.caller_class, p.caller_class) end,
  case when p.is_full then p.caller_masked else coalesce(c.caller_masked, p.caller_masked) end,
  p.line_token, p.line_class, p.line_masked,
  {{ seconds_of('p.answered_at', 'p.ended_at') }},
  false, p.called_at, p.called_at as rang_then_at, p.answered_at, p.ended_at, c.next_reminder_at
from full_numbers p
left join centre c on c.call_key = p.centre_call_key
