{# When somebody or something gave a lead its next follow-up: a follow-up typed into the lead system, a level's reminder
   in the CRM, what a call's speech recognition proposed. #}
select
  l.lead_id,
  'vendor' as source,
  'wav:' || f.record_key as reminder_key,
  f.followed_at as set_at,
  f.next_follow_at as remind_at
from {{ ref('int_follow_ups_typed') }} f
join {{ ref('int_crm_lead_leads') }} l on l.crm_lead_id = f.crm_lead_id
where f.next_follow_at > f.followed_at
union all
select lead_id, 'reminder', record_key, set_at, next_follow_at
from {{ ref('int_level_statements') }}
where lead_id is not null and next_follow_at > set_at
union all
select t.lead_id, 'reminder', c.call_key, c.ended_at, c.next_reminder_at
from {{ ref('int_calls') }} c
join {{ ref('fct_touches') }} t on t.touch_id = c.call_key
where t.lead_id is not null and c.next_reminder_at > c.ended_at
