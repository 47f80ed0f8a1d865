{# Whether anything known of a lead holds a number to call: neither blank nor a 400, 800 or 95 number. #}
with classes as (
  select s.lead_id, x.customer_phone_class
  from {{ ref('int_lead_steps') }} s
  join {{ ref('int_submissions') }} x on s.record_key = 'submission:' || x.submission_id
  where s.kind = 'submission'
  union all
  select l.lead_id, c.customer_phone_class
  from {{ ref('int_crm_lead_leads') }} l
  join {{ ref('int_crm_leads') }} c on c.crm_lead_id = l.crm_lead_id
  union all
  select l.lead_id, r.customer_phone_class
  from {{ ref('int_crm_record_leads') }} l
  join {{ ref('int_customer_records') }} r on r.record_key = l.record_key
)

select
  lead_id,
  max(case when customer_phone_class is null or customer_phone_class = 'service' then 0 else 1 end) = 1 as has_number
from classes
where lead_id is not null
group by lead_id
