{# A person's calls to customers that were attempts, with the lead's level then and the hour of the day they began. #}
select
  t.touch_id,
  t.customer_id,
  t.lead_id,
  coalesce(c.level_then, 'N') as level,
  t.connected,
  t.started_at,
  t.touch_day,
  cast(floor({{ minutes_between(local_midnight('t.touch_day'), 't.started_at') }} / 60) as {{ t('int') }}) as hour
from {{ ref('fct_touches') }} t
left join {{ ref('int_followups') }} c on c.lead_id = t.lead_id and c.touch_id = t.touch_id
left join {{ ref('int_leads') }} l on l.lead_id = t.lead_id
where t.channel = 'call' and t.is_attempt and not coalesce(l.is_test, false)
