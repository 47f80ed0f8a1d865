with steps as (
  select * from {{ ref('int_lead_steps') }}
)

select l.crm_lead_id, s.lead_id, s.store_id
from {{ ref('int_linked_submissions') }} l
join steps s on s.record_key = 'submission:' || l.submission_id and s.kind = 'submission'
union all
select substr(record_key, 10), lead_id, store_id
from steps
where kind = 'crm_lead'
