{# The stretches between two changes of an open lead, with the level in force and the attempt that came next before the
   lead closed; `since_at` is when it was last attempted, opened, ordered or cancelled. #}
with changes as (
  select
    *,
    row_number() over (partition by lead_id order by happened_at, rank, change_key) as change_no
  from {{ ref('int_lead_changes') }}
),

ahead as (
  select
    *,
    lead(happened_at) over (partition by lead_id order by change_no) as next_at,
    lead(kind) over (partition by lead_id order by change_no) as next_kind,
    count(case when kind = 'attempt' then 1 end) over (
      partition by lead_id, stretch_no order by change_no rows between unbounded preceding and current row
    ) as attempts_so_far,
    max(case when kind <> 'level' then happened_at end) over (
      partition by lead_id, stretch_no order by change_no rows between unbounded preceding and current row
    ) as since_at
  from changes
),

attempts as (
  select lead_id, stretch_no, attempts_so_far as attempt_no, change_key as touch_id, happened_at as attempted_at
  from ahead
  where kind = 'attempt'
)

select
  p.lead_id,
  p.change_no,
  p.kind,
  p.stretch_no,
  p.level_then,
  p.happened_at as from_at,
  coalesce(p.next_at, {{ forever() }}) as to_at,
  p.next_kind,
  p.since_at,
  a.touch_id as next_touch_id,
  a.attempted_at as next_attempt_at
from ahead p
left join attempts a
  on a.lead_id = p.lead_id and a.stretch_no = p.stretch_no and a.attempt_no = p.attempts_so_far + 1
where p.is_open
