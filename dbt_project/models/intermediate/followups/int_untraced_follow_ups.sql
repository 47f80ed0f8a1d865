{{ config(materialized='view') }}
{# Follow-ups typed into the lead system that no call or message explains: none with the customer in the two hours before. #}
select l.lead_id, f.record_key, f.followed_at
from {{ ref('int_follow_ups_typed') }} f
join {{ ref('int_crm_lead_leads') }} l on l.crm_lead_id = f.crm_lead_id
left join {{ ref('fct_touches') }} x
  on x.lead_id = l.lead_id
  and x.channel not in ('like', 'comment')
  and (x.connected or (x.direction = 'outbound' and not x.is_automatic))
  and x.started_at <= f.followed_at
  and x.started_at >= {{ add_seconds('f.followed_at', '-3600 * ' ~ var('trace_hours')) }}
where x.touch_id is null
