with posted as (
  {{ newest_version(ref('stg_notice__posted')) }}
),

items as (
  select
    record_key as notice_id,
    app,
    posted_at,
    {{ json_items('recipients') }} as item
  from posted
),

accounts as (
  select
    notice_id,
    app,
    posted_at,
    {{ canonical(json_text('item', 'token')) }} as user_token
  from items
),

held as (
  {{ held_by('accounts', 'r.app', 'user_token', 'posted_at') }}
)

select notice_id, app, posted_at, employee_id
from held
where employee_id <> 'unmatched'
union
select p.record_key as notice_id, p.app, p.posted_at, a.employee_id
from posted p
inner join {{ ref('int_notice_acknowledgements') }} a on a.notice_id = p.record_key
