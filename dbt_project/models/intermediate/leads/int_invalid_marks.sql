{# Marks that a lead is invalid, as the newest version of the record has them, with a code: a portal's on its submission, the
   lead system's on its own lead; one that names a submission is of that (`own_key`). The lead system's mark was made when it
   says, else by the first version since the last without one; also where what it says is before the lead was there or before
   it was last without. #}
with reasons as (
  {{ spellings('invalid_reason') }}
),

versions as (
  select * from {{ ref('int_crm_lead_versions') }}
),

marked as (
  select v.crm_lead_id, v.created_at, v.marked_at, r.code as invalid_reason
  from versions v
  join reasons r on r.spelling = v.invalid_reason
  where v.is_newest and v.is_marked_invalid
),

histories as (
  select
    m.*,
    v.updated_at,
    v.is_marked_invalid,
    max(case when not v.is_marked_invalid then v.updated_at end) over (partition by v.crm_lead_id) as unmarked_at
  from marked m
  join versions v on v.crm_lead_id = m.crm_lead_id
),

told as (
  select crm_lead_id, invalid_reason, created_at, marked_at, unmarked_at, min(updated_at) as told_at
  from histories
  where is_marked_invalid and (unmarked_at is null or updated_at > unmarked_at)
  group by crm_lead_id, invalid_reason, created_at, marked_at, unmarked_at
)

select
  'submission:' || submission_id as record_key, 'submission:' || submission_id as own_key, invalid_reason,
  invalid_at as marked_at
from {{ ref('int_submissions') }}
where invalid_at is not null
union all
select
  'crm_lead:' || t.crm_lead_id,
  coalesce('submission:' || l.submission_id, 'crm_lead:' || t.crm_lead_id),
  t.invalid_reason,
  case
    when t.marked_at < t.created_at or t.marked_at < t.unmarked_at then t.told_at
    else coalesce(t.marked_at, t.told_at)
  end
from told t
left join {{ ref('int_linked_submissions') }} l on l.crm_lead_id = t.crm_lead_id
