{# A cancellation entered after the appointment's time cancels nothing: the customer did not come. It was entered with the first
   of the versions that say so without one between that does not. #}
with newest as (
  {{ newest_version(ref('stg_crm__appointment')) }}
),

said as (
  select
    record_key,
    status,
    version_at,
    max(case when status <> 'cancelled' then version_at end) over (partition by record_key) as stood_at
  from {{ ref('stg_crm__appointment') }}
  where has_vendor_clock
),

cancelled as (
  select record_key, min(version_at) as cancelled_at
  from said
  where status = 'cancelled' and (stood_at is null or version_at > stood_at)
  group by record_key
)

select
  'crm:' || n.record_key as appointment_id,
  l.lead_id,
  l.customer_id,
  l.store_id,
  coalesce(n.employee_id, 'unassigned') as employee_id,
  n.status = 'cancelled' and coalesce(c.cancelled_at <= n.for_at, true) as is_cancelled,
  n.set_at,
  n.for_at
from newest n
join {{ ref('int_crm_record_leads') }} l on l.record_key = 'appointment:' || n.record_key
left join cancelled c on c.record_key = n.record_key
