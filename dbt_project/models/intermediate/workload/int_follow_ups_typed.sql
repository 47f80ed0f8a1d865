with follow_ups as (
  {{ newest_version(ref('stg_wav__follow')) }}
),

typed as (
  select record_key, crm_lead_id, sales_phone_token, follow_record, followed_at, next_follow_at
  from follow_ups
),

held as (
  {{ held_by('typed', "'work_phone'", 'sales_phone_token', 'followed_at') }}
)

select record_key, employee_id, crm_lead_id, follow_record, followed_at, next_follow_at
from held
