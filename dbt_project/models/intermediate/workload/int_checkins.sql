{{ config(materialized='view') }}
with attendance as (
  select * from {{ ref('int_attendance') }} where duty <> 'outing'
),

tasks as (
  select * from {{ ref('int_checkin_tasks') }}
),

reports as (
  select * from {{ ref('int_reports') }}
)

select
  system || ':' || md5(record_key) as checkin_id,
  employee_id,
  'attendance' as kind,
  system as tool,
  duty,
  occurred_at,
  result,
  surface,
  device_token
from attendance
union all
select
  'checkin_app:' || md5(record_key) as checkin_id,
  employee_id,
  kind,
  'checkin_app' as tool,
  'other' as duty,
  done_at as occurred_at,
  case when done_at > due_at then 'late' else 'normal' end as result,
  coalesce(surface, 'phone') as surface,
  device_token
from tasks
union all
select
  'report:' || md5(record_key) as checkin_id,
  employee_id,
  'report' as kind,
  'report' as tool,
  'other' as duty,
  submitted_at as occurred_at,
  'normal' as result,
  coalesce(surface, 'phone') as surface,
  cast(null as {{ t('text') }}) as device_token
from reports
