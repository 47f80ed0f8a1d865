{{ config(materialized='view') }}
{# A request stands until the lead's state changes; whether it was granted, the defeat itself says. #}
select crm_lead_id, updated_at as asked_at
from {{ ref('int_crm_lead_versions') }}
where lead_status = 801 and (status_before is null or status_before <> 801)
