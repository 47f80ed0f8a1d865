with named as (
  select
    l.lead_id,
    v.crm_lead_id,
    v.owner_employee_id,
    case when v.version_no = 1 then v.created_at else v.updated_at end as owned_from
  from {{ ref('int_crm_lead_versions') }} v
  join {{ ref('int_crm_lead_leads') }} l on l.crm_lead_id = v.crm_lead_id
  where v.owner_employee_id is not null
),

changes as (
  select
    *,
    lag(owner_employee_id) over (partition by lead_id order by owned_from, crm_lead_id) as owner_before
  from named
)

select
  lead_id,
  owner_employee_id,
  owner_before,
  owned_from,
  coalesce(lead(owned_from) over (partition by lead_id order by owned_from, crm_lead_id), {{ forever() }}) as owned_to
from changes
where owner_before is null or owner_before <> owner_employee_id
