select c.crm_lead_id, s.submission_id
from {{ ref('int_crm_leads') }} c
join {{ ref('int_submissions') }} s on s.store_id = c.store_id and s.platform_lead_id = c.outer_lead_id
qualify row_number() over (partition by c.crm_lead_id order by s.submitted_at nulls last, s.submission_id) = 1
