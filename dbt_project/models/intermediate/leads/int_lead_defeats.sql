{# Defeats that closed a lead; `is_in_force` is the one not re-opened since. #}
with reasons as (
  {{ spellings('defeat_reason') }}
),

steps as (
  select
    *,
    max(case when is_opener then opener_no end) over (partition by lead_id) as last_opener_no
  from {{ ref('int_lead_steps') }}
)

select
  s.lead_id,
  s.happened_at as defeated_at,
  s.opener_no = s.last_opener_no as is_in_force,
  case when d.lose_type_name is null then 'none' else coalesce(r.code, 'other') end as defeat_reason,
  d.lose_remark,
  coalesce(r.code not in ('none', 'other', 'unknown'), false) or d.lose_remark_length >= 4 as has_reason
from steps s
join {{ ref('int_crm_defeats') }} d
  on 'crm_lead:' || d.crm_lead_id = s.record_key and d.is_defeated and d.changed_at = s.happened_at
left join reasons r on r.spelling = d.lose_type_name
where s.kind = 'defeat' and s.is_closing
