with recipients as (
  select *, {{ local_day('posted_at') }} as notice_day
  from {{ ref('int_notice_recipients') }}
),

in_shift as (
  select distinct r.notice_id, r.employee_id
  from recipients r
  inner join {{ ref('fct_shifts') }} s
    on
      s.employee_id = r.employee_id
      and s.date_day >= {{ add_days('r.notice_day', -1) }}
      and s.date_day <= r.notice_day
      and r.posted_at >= s.shift_start_at
      and r.posted_at < s.shift_end_at
)

select
  r.notice_id,
  r.employee_id,
  coalesce(c.consultant_key, 'unmatched') as consultant_key,
  coalesce(c.store_id, 'unknown') as store_id,
  r.app,
  r.posted_at,
  r.notice_day,
  a.acknowledged_at,
  {{ minutes_between('r.posted_at', 'a.acknowledged_at') }} as ack_minutes,
  s.notice_id is not null as in_shift
from recipients r
left join {{ ref('int_notice_acknowledgements') }} a
  on a.notice_id = r.notice_id and a.employee_id = r.employee_id
left join in_shift s on s.notice_id = r.notice_id and s.employee_id = r.employee_id
left join {{ ref('dim_consultant') }} c
  on c.employee_id = r.employee_id and r.posted_at >= c.valid_from_at and r.posted_at < c.valid_to_at
