{# A record of the lead system says who owns its lead when it names somebody new: of two records of one lead, what one repeats
   takes nothing back from the other. #}
with named as (
  select
    l.lead_id,
    v.crm_lead_id,
    v.owner_employee_id,
    case when v.version_no = 1 then v.created_at else v.updated_at end as owned_from,
    lag(v.owner_employee_id) over (partition by v.crm_lead_id order by v.updated_at) as named_before
  from {{ ref('int_crm_lead_versions') }} v
  join {{ ref('int_crm_lead_leads') }} l on l.crm_lead_id = v.crm_lead_id
  where v.owner_employee_id is not null
),

changes as (
  select
    *,
    lag(owner_employee_id) over (partition by lead_id order by owned_from, crm_lead_id) as owner_before
  from named
  where named_before is null or named_before <> owner_employee_id
)

select
  lead_id,
  owner_employee_id,
  owner_before,
  owned_from,
  coalesce(lead(owned_from) over (partition by lead_id order by owned_from, crm_lead_id), {{ forever() }}) as owned_to
from changes
where owner_before is null or owner_before <> owner_employee_id
