select c.crm_lead_id, o.submission_id
from {{ ref('int_crm_leads') }} c
join {{ ref('int_outer_leads') }} o on o.record_key = 'crm_lead:' || c.crm_lead_id
where o.submission_id is not null
