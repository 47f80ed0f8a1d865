{# Each defeat that closed a lead, judged by what had been done by then. Avoidable: fewer than three attempts, attempts on
   fewer than two days, never connected, or overdue by its level's rule; each counted. #}
with defeats as (
  select d.*, c.stretch_no, l.customer_id, l.store_id, l.is_test
  from {{ ref('int_lead_defeats') }} d
  join {{ ref('int_leads') }} l on l.lead_id = d.lead_id
  left join {{ ref('int_followups') }} c
    on c.lead_id = d.lead_id and c.ends_in_close and c.to_at = d.defeated_at
),

contacts as (
  select
    d.lead_id,
    d.defeated_at,
    count(case when t.is_attempt then 1 end) as attempts,
    count(distinct case when t.is_attempt then t.touch_day end) as attempt_days,
    count(case when t.connected then 1 end) as connected
  from defeats d
  join {{ ref('fct_touches') }} t
    on t.lead_id = d.lead_id and t.channel <> 'callback' and t.started_at <= d.defeated_at
  group by d.lead_id, d.defeated_at
),

overdue as (
  select distinct d.lead_id, d.defeated_at
  from defeats d
  join {{ ref('int_followups') }} f
    on f.lead_id = d.lead_id and f.stretch_no = d.stretch_no
    and f.due_at < d.defeated_at and f.to_at >= f.due_at and f.next_attempt_at is null
),

claims as (
  select d.lead_id, d.defeated_at, min(case when p.claims_no_reminder then 1 else 0 end) = 1 as is_claimed
  from defeats d
  join {{ ref('reminder_phrases') }} p on d.lose_remark like '%' || p.phrase || '%'
  group by d.lead_id, d.defeated_at
),

reminded as (
  select distinct d.lead_id, d.defeated_at
  from defeats d
  join {{ ref('int_reminders') }} m
    on m.lead_id = d.lead_id and m.remind_at <= d.defeated_at
),

-- A lead won back that ends in an order was re-opened, and its defeat is no sale lost.
bought as (
  select distinct d.lead_id, d.defeated_at
  from defeats d
  join {{ ref('fct_orders') }} o
    on o.customer_id = d.customer_id and d.customer_id <> 'unknown'
    and o.ordered_at > d.defeated_at and o.cancelled_at is null
    and (d.is_in_force or o.lead_id <> d.lead_id)
)

select
  d.lead_id,
  d.store_id,
  d.defeated_at,
  {{ local_day('d.defeated_at') }} as defeated_day,
  d.is_in_force,
  d.is_test,
  d.defeat_reason,
  d.has_reason,
  coalesce(c.attempts, 0) < 3 as has_few_attempts,
  coalesce(c.attempt_days, 0) < 2 as has_few_attempt_days,
  coalesce(c.connected, 0) = 0 as was_never_connected,
  o.lead_id is not null as was_overdue,
  coalesce(c.attempts, 0) < 3 or coalesce(c.attempt_days, 0) < 2 or coalesce(c.connected, 0) = 0
    or o.lead_id is not null as is_avoidable,
  d.defeat_reason = 'no_system_reminder' or coalesce(x.is_claimed, false) as claims_no_reminder,
  m.lead_id is not null as was_reminded,
  b.lead_id is not null as ordered_later
from defeats d
left join contacts c on c.lead_id = d.lead_id and c.defeated_at = d.defeated_at
left join overdue o on o.lead_id = d.lead_id and o.defeated_at = d.defeated_at
left join claims x on x.lead_id = d.lead_id and x.defeated_at = d.defeated_at
left join reminded m on m.lead_id = d.lead_id and m.defeated_at = d.defeated_at
left join bought b on b.lead_id = d.lead_id and b.defeated_at = d.defeated_at
