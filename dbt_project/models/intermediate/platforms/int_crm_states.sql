{{ config(materialized='view') }}
{# The instants the lead system counts: a lead made, filed, invited, ordered, delivered (the first time), defeated (each). #}
with versions as (
  select * from {{ ref('int_crm_lead_versions') }}
),

reached as (
  select
    crm_lead_id,
    store_id,
    max(dealer_id) as dealer_id,
    case lead_status when 301 then 'built' when 401 then 'invited' when 601 then 'ordered' when 1201 then 'delivered' end
      as measure,
    min(updated_at) as their_at
  from versions
  where lead_status in (301, 401, 601, 1201)
  group by crm_lead_id, store_id, lead_status
)

select crm_lead_id, store_id, dealer_id, measure, their_at from reached
union all
select crm_lead_id, store_id, dealer_id, 'leads', created_at from versions where is_newest
union all
select crm_lead_id, store_id, dealer_id, 'defeated', changed_at from {{ ref('int_crm_defeats') }} where is_defeated
