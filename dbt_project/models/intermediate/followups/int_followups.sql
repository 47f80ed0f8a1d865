{# The periods of open leads, with the follow-up of those whose level has a rule. Due: the last next time given since the
   last attempt and before the rule's own due, else its level's days (x 24 h) after the period began. #}
with rules as (
  select
    level,
    follow_up_days,
    {{ local_midnight('valid_from') }} as valid_from_at,
    coalesce(
      {{ local_midnight('lead(valid_from) over (partition by level order by valid_from)') }}, {{ forever() }}
    ) as valid_to_at
  from {{ ref('level_rules') }}
),

callable as (
  select l.lead_id
  from {{ ref('int_leads') }} l
  left join {{ ref('int_lead_numbers') }} n on n.lead_id = l.lead_id
  where not l.is_test and (not l.is_submitted or coalesce(n.has_number, false))
),

ruled as (
  select
    p.*,
    r.follow_up_days,
    {{ add_seconds('p.from_at', '86400 * r.follow_up_days') }} as rule_due_at
  from {{ ref('int_lead_periods') }} p
  left join callable c on c.lead_id = p.lead_id
  left join rules r
    on r.level = case when c.lead_id is not null then p.level_then end
    and p.from_at >= r.valid_from_at and p.from_at < r.valid_to_at
),

reminded as (
  select u.lead_id, u.change_no, m.source, m.remind_at
  from ruled u
  join {{ ref('int_reminders') }} m
    on m.lead_id = u.lead_id and m.set_at >= u.since_at and m.set_at < u.to_at and m.set_at <= u.rule_due_at
    and m.remind_at > u.from_at
  qualify row_number() over (
    partition by u.lead_id, u.change_no order by m.set_at desc, m.remind_at desc, m.reminder_key
  ) = 1
)

select
  u.lead_id,
  u.change_no,
  u.stretch_no,
  u.level_then,
  u.touch_id,
  u.from_at,
  u.to_at,
  u.ends_in_attempt,
  u.ends_in_close,
  u.next_attempt_no,
  u.next_attempt_at,
  case when u.rule_due_at is not null then coalesce(r.source, 'level') end as due_source,
  coalesce(r.remind_at, u.rule_due_at) as due_at,
  {{ add_seconds('coalesce(r.remind_at, u.rule_due_at)', '86400 * u.follow_up_days') }} as next_due_at
from ruled u
left join reminded r on r.lead_id = u.lead_id and r.change_no = u.change_no
