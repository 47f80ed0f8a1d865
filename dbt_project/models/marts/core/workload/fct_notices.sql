with recipients as (
  select *, {{ local_day('posted_at') }} as notice_day
  from {{ ref('int_notice_recipients') }}
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
  case
    when a.acknowledged_at is not null then greatest({{ minutes_between('r.posted_at', 'a.acknowledged_at') }}, 0)
  end as ack_minutes,
  coalesce(r.posted_at >= today.shift_start_at and r.posted_at < today.shift_end_at, false)
    or coalesce(r.posted_at >= eve.shift_start_at and r.posted_at < eve.shift_end_at, false) as in_shift
from recipients r
left join {{ ref('int_notice_acknowledgements') }} a
  on a.notice_id = r.notice_id and a.employee_id = r.employee_id
left join {{ ref('fct_shifts') }} today on today.employee_id = r.employee_id and today.date_day = r.notice_day
left join {{ ref('fct_shifts') }} eve on eve.employee_id = r.employee_id and eve.date_day = {{ add_days('r.notice_day', -1) }}
left join {{ ref('dim_consultant') }} c
  on c.employee_id = r.employee_id and r.posted_at >= c.valid_from_at and r.posted_at < c.valid_to_at
