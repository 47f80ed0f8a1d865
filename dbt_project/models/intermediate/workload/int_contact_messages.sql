{# A message has an instant and no length: minutes of the seed from there on, at most to the person's next message. #}
with sent as (
  select touch_id, employee_id, tool, started_at, {{ local_day('started_at') }} as date_day
  from {{ ref('fct_touches') }}
  where
    channel in ('message', 'sms')
    and direction = 'outbound'
    and not is_automatic
    and employee_id not in ('unassigned', 'unmatched')
),

followed as (
  select
    *,
    lead(started_at) over (partition by employee_id order by started_at, touch_id) as next_at
  from sent
)

select
  f.touch_id,
  f.employee_id,
  f.tool,
  f.date_day,
  f.started_at,
  least({{ add_seconds('f.started_at', '60 * m.minutes') }}, f.next_at) as ended_at
from followed f
inner join {{ ref('int_action_minutes') }} m
  on m.action = 'message' and f.date_day >= m.valid_from and f.date_day < m.valid_to
