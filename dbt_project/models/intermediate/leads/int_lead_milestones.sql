{{ config(materialized='view') }}
select
  lead_id, 'received' as milestone, happened_at as occurred_at,
  case kind
    when 'submission' then 'submission'
    when 'crm_lead' then 'wav.lead_status'
    else 'crm.' || split_part(record_key, ':', 1)
  end as source,
  kind <> 'submission' as is_inferred
from {{ ref('int_lead_steps') }} where is_first
union all
select
  r.lead_id, 'dispatched', r.dispatched_at,
  case when r.dispatched_at = l.platform_dispatched_at then 'submission' else 'wav.lead_status' end, false
from {{ ref('int_lead_responses') }} r
join {{ ref('int_leads') }} l on l.lead_id = r.lead_id
where r.dispatched_at is not null
union all
select lead_id, 'attempted', first_attempt_at, 'touch', false
from {{ ref('int_lead_contacts') }} where first_attempt_at is not null
union all
select lead_id, 'connected', first_connected_at, 'touch', false
from {{ ref('int_lead_contacts') }} where first_connected_at is not null
union all
select lead_id, 'appointment_set', set_at, 'crm.appointment', false
from {{ ref('fct_appointments') }} where lead_id is not null
union all
select lead_id, 'appointment_kept', kept_at, 'crm.visit', true
from {{ ref('fct_appointments') }} where lead_id is not null and status = 'kept'
union all
select lead_id, 'appointment_missed', for_at, 'crm.appointment', true
from {{ ref('fct_appointments') }} where lead_id is not null and status = 'missed'
union all
select lead_id, 'visited', arrived_at, 'crm.visit', false
from {{ ref('fct_visits') }} where lead_id is not null
union all
select lead_id, 'test_driven', test_drive_at, 'crm.visit', false
from {{ ref('fct_visits') }} where lead_id is not null and test_drive_at is not null
union all
select lead_id, 'ordered', ordered_at, 'crm.order', false
from {{ ref('fct_orders') }} where lead_id is not null and not is_inferred
union all
select lead_id, 'cancelled', cancelled_at, 'crm.order', false
from {{ ref('fct_orders') }} where lead_id is not null and cancelled_at is not null
union all
select lead_id, 'delivered', delivered_at, delivered_source, false
from {{ ref('fct_orders') }} where lead_id is not null and delivered_at is not null
union all
select l.lead_id, 'defeat_asked', a.asked_at, 'wav.lead_status', false
from {{ ref('int_defeats_asked') }} a
join {{ ref('int_crm_lead_leads') }} l on l.crm_lead_id = a.crm_lead_id
union all
select lead_id, 'defeated', defeated_at, 'wav.lead_status', false
from {{ ref('int_lead_defeats') }}
union all
select lead_id, 'reopened', happened_at, case when kind = 'submission' then kind else 'wav.lead_status' end,
  kind <> 'reopening'
from {{ ref('int_lead_steps') }} where is_reopening
union all
select
  lead_id, 'invalidated', happened_at,
  case when record_key like 'submission:%' then 'submission' else 'wav.lead_status' end, false
from {{ ref('int_lead_steps') }} where kind = 'invalid'
union all
select lead_id, 'transferred', owned_from, 'wav.lead_status', false
from {{ ref('int_lead_owners') }} where owner_before is not null
union all
select lead_id, milestone, occurred_at, 'wav.lead_status', false
from {{ ref('int_crm_reports') }}
union all
select lead_id, milestone, occurred_at, source, true
from {{ ref('int_implied_milestones') }}
