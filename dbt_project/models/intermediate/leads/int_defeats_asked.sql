{{ config(materialized='view') }}
{# A request stands until the lead's state changes; whether it was granted, the defeat itself says. #}
with versions as (
  select
    crm_lead_id,
    lead_status,
    updated_at,
    lag(lead_status) over (partition by crm_lead_id order by version_no) as status_before
  from {{ ref('int_crm_lead_versions') }}
)

select crm_lead_id, updated_at as asked_at
from versions
where lead_status = 801 and (status_before is null or status_before <> 801)
