{{ config(materialized='view') }}
{# Leads taken over from somebody who no longer worked at the lead's store, and how long they had waited: since he left, or
   since they had come to him, where that was later. #}
with owners as (
  select *, lag(owned_from) over (partition by lead_id order by owned_from, owned_to) as owned_before_from
  from {{ ref('int_lead_owners') }}
)

select
  n.lead_id,
  {{ week_start(local_day('n.owned_from')) }} as week_start_date,
  {{ hours_between('greatest(e.left_at, n.owned_before_from)', 'n.owned_from') }} as waited_hours
from owners n
join {{ ref('int_leads') }} l on l.lead_id = n.lead_id
join (
  select employee_id, store_id, valid_to_at as left_at, valid_from_at from {{ ref('dim_consultant') }}
) e
  on e.employee_id = n.owner_before and e.store_id = l.store_id and e.left_at <= n.owned_from
left join {{ ref('dim_consultant') }} back
  on back.employee_id = n.owner_before and back.store_id = l.store_id
  and back.valid_from_at <= n.owned_from and back.valid_to_at > n.owned_from
where n.owner_before is not null and back.employee_id is null
qualify row_number() over (partition by n.lead_id, n.owned_from order by e.left_at desc) = 1
