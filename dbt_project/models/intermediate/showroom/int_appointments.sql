{# A cancellation entered after the appointment's time cancels nothing: the customer did not come. It was entered with the first
   of the versions that say so without one between that does not. One made before the customer had a lead at the store is of the
   first that comes with it: by the day after the appointment's. #}
with newest as (
  {{ newest_version(ref('stg_crm__appointment')) }}
),

first_leads as (
  select customer_id, store_id, lead_id, received_at
  from {{ ref('int_lead_lookup') }}
  qualify row_number() over (partition by customer_id, store_id order by received_at, lead_id) = 1
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
  coalesce(l.lead_id, f.lead_id) as lead_id,
  l.customer_id,
  l.store_id,
  coalesce(n.employee_id, 'unassigned') as employee_id,
  n.status = 'cancelled' and coalesce(c.cancelled_at <= n.for_at, true) as is_cancelled,
  n.set_at,
  n.for_at
from newest n
join {{ ref('int_crm_record_leads') }} l on l.record_key = 'appointment:' || n.record_key
left join first_leads f
  on f.customer_id = case when l.lead_id is null then l.customer_id end
  and f.store_id = l.store_id
  and {{ local_day('f.received_at') }} <= {{ add_days(local_day('n.for_at'), 1) }}
left join cancelled c on c.record_key = n.record_key
where n.set_at is not null and n.for_at is not null
