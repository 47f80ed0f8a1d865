with due as (
  select f.*, a.as_of
  from {{ ref('int_followups') }} f
  cross join {{ ref('int_as_of') }} a
  where f.due_at <= a.as_of
),

typed as (
  select f.lead_id, f.change_no, min(u.followed_at) as logged_at
  from due f
  join {{ ref('int_untraced_follow_ups') }} u
    on u.lead_id = f.lead_id and u.followed_at > f.from_at and u.followed_at < f.next_due_at
    and (f.next_attempt_at is null or u.followed_at <= f.next_attempt_at)
  group by f.lead_id, f.change_no
),

judged as (
  select
    f.*,
    t.logged_at,
    case
      when not f.ends_in_attempt and f.to_at < f.due_at then 'void'
      when f.next_attempt_at <= f.due_at then 'on_time'
      when f.next_attempt_at < f.next_due_at then 'late'
      when t.logged_at is not null then 'logged_only'
      else 'missed'
    end as status
  from due f
  left join typed t on t.lead_id = f.lead_id and t.change_no = f.change_no
),

owned as (
  select j.*, coalesce(o.owner_employee_id, 'unassigned') as owner_employee_id
  from judged j
  left join {{ ref('int_lead_owners') }} o
    on o.lead_id = j.lead_id and j.due_at >= o.owned_from and j.due_at < o.owned_to
)

select
  o.lead_id || ':' || cast(o.change_no as {{ t('text') }}) as followup_id,
  o.lead_id,
  l.store_id,
  {{ known_employee('o.owner_employee_id') }} as employee_id,
  {{ known_consultant('o.owner_employee_id') }} as consultant_key,
  o.level_then,
  o.due_source,
  e.touch_id as evidence_touch_id,
  o.status,
  o.due_at,
  {{ local_day('o.due_at') }} as due_day,
  o.logged_at
from owned o
join {{ ref('int_leads') }} l on l.lead_id = o.lead_id
left join {{ ref('int_followups') }} e
  on e.lead_id = o.lead_id and e.change_no = case when o.status in ('on_time', 'late') then o.next_attempt_no end
{{ consultant_at('o.owner_employee_id', 'o.due_at') }}
