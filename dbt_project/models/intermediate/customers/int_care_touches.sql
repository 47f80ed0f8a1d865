{# Messages, likes, comments and call-backs of the care system. An attempt is a personal message or SMS; an answer is
   what the customer sends, or 10 s of talk in a call-back. #}
with newest as (
  {{ newest_version(ref('stg_care__touch')) }}
)

select
  'touch:' || n.record_key as record_key,
  'care:' || n.record_key as touch_key,
  case when n.store_id is not null then {{ known_store('o') }} end as store_id,
  n.crm_lead_id,
  case
    when n.is_automatic or n.employee_id is null then 'unassigned'
    else coalesce(s.employee_id, 'unmatched')
  end as employee_id,
  n.channel,
  n.direction,
  n.surface,
  n.is_automatic,
  n.direction = 'outbound' and not n.is_automatic and n.channel in ('sms', 'message') as is_attempt,
  case
    when n.channel = 'callback' then n.talk_seconds >= 10
    else n.direction = 'inbound' and n.channel in ('sms', 'message')
  end as is_connected,
  n.talk_seconds,
  n.touched_at as began_at,
  {{ add_seconds('n.touched_at', 'n.talk_seconds') }} as ended_at
from newest n
left join {{ ref('int_employees') }} s on s.employee_id = n.employee_id
{{ store_named('n.store_id', 'o') }}
where n.touched_at is not null
