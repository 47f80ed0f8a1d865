{{ config(materialized='view') }}
{# The stretches between two changes of an open lead, with the level in force and the attempt that came next before the
   lead closed; `since_at` is when it was last attempted, opened, ordered or cancelled. #}
{%- set in_order %}partition by lead_id order by place{% endset %}
{%- set so_far %}{{ in_order }} rows between unbounded preceding and current row{% endset %}
with ahead as (
  select
    *,
    row_number() over ({{ in_order }}) as change_no,
    lead(happened_at) over ({{ in_order }}) as next_at,
    lead(kind) over ({{ in_order }}) as next_kind,
    count(case when kind = 'attempt' then 1 end) over ({{ so_far }}) as attempts_so_far,
    max(case when kind <> 'level' then happened_at end) over ({{ so_far }}) as since_at
  from {{ ref('int_lead_changes') }}
),

attempts as (
  select lead_id, stretch_no, attempts_so_far as attempt_no, change_no, happened_at as attempted_at
  from ahead
  where kind = 'attempt'
)

select
  p.lead_id,
  p.change_no,
  p.stretch_no,
  p.level_then,
  case when p.kind = 'attempt' then p.change_key end as touch_id,
  p.happened_at as from_at,
  coalesce(p.next_at, {{ forever() }}) as to_at,
  coalesce(p.next_kind = 'attempt', false) as ends_in_attempt,
  coalesce(p.next_kind = 'close', false) as ends_in_close,
  p.since_at,
  a.change_no as next_attempt_no,
  a.attempted_at as next_attempt_at
from ahead p
left join attempts a
  on a.lead_id = p.lead_id and a.attempt_no = p.attempts_so_far + 1 and a.stretch_no = p.stretch_no
where p.is_open
