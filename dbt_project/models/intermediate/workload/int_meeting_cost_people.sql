{# Everything the cost of meetings is counted from, in one relation of person grain: who sat in them, and beside them the
   leads, visits and free consultants, each under one of those persons so that it moves with its cell. #}
with windows as (
  select * from {{ ref('int_meeting_windows') }}
),

cells as (
  select week_start_date, store_id, brand, organiser_level, kind, min(employee_id) as employee_id
  from windows
  group by week_start_date, store_id, brand, organiser_level, kind
),

leads as (
  select lead_id, store_id, received_at, received_day, owner_employee_id, is_on_clock, first_response_minutes
  from {{ ref('fct_leads') }}
  where not is_test
),

during as (
  select
    w.*,
    l.lead_id,
    l.received_at,
    l.owner_employee_id,
    l.is_on_clock,
    l.first_response_minutes
  from windows w
  inner join leads l on l.store_id = w.store_id and l.received_at >= w.started_at and l.received_at < w.ended_at
),

owners_inside as (
  select distinct d.meeting_id, d.lead_id
  from during d
  inner join {{ ref('int_attended_intervals') }} i
    on
      i.meeting_id = d.meeting_id
      and i.employee_id = d.owner_employee_id
      and d.received_at >= i.started_at
      and d.received_at < i.ended_at
),

otherwise as (
  select l.*, {{ week_start('l.received_day') }} as week_start_date
  from leads l
  where l.is_on_clock and l.lead_id not in (select lead_id from during)
),

visits as (
  select w.meeting_id, v.visit_id, w.store_id
  from windows w
  inner join {{ ref('fct_visits') }} v
    on v.store_id = w.store_id and v.arrived_at >= w.started_at and v.arrived_at < w.ended_at
),

free as (
  select w.meeting_id, w.store_id, min(f.free) as free
  from windows w
  inner join {{ ref('int_store_free_consultants') }} f
    on f.store_id = w.store_id and f.on_shift > 0 and f.started_at < w.ended_at and f.ended_at > w.started_at
  group by w.meeting_id, w.store_id
),

items as (
  select
    week_start_date,
    store_id,
    brand,
    organiser_level,
    kind,
    employee_id,
    'attendance' as part,
    meeting_id as item_id,
    attended_hours,
    cast(null as {{ t('double') }}) as response_minutes,
    false as is_on_clock,
    false as is_owner_inside,
    cast(null as {{ t('int') }}) as free
  from {{ ref('int_meeting_load_people') }}
  union all
  select
    d.week_start_date, d.store_id, d.brand, d.organiser_level, d.kind, d.employee_id,
    'lead', d.lead_id, 0, d.first_response_minutes, d.is_on_clock, o.lead_id is not null, null
  from during d
  left join owners_inside o on o.meeting_id = d.meeting_id and o.lead_id = d.lead_id
  union all
  select
    c.week_start_date, c.store_id, c.brand, c.organiser_level, c.kind, c.employee_id,
    'other_lead', l.lead_id, 0, l.first_response_minutes, true, false, null
  from cells c
  inner join otherwise l on l.store_id = c.store_id and l.week_start_date = c.week_start_date
  union all
  select
    w.week_start_date, w.store_id, w.brand, w.organiser_level, w.kind, w.employee_id,
    'visit', v.visit_id, 0, null, false, false, null
  from windows w
  inner join visits v on v.meeting_id = w.meeting_id and v.store_id = w.store_id
  union all
  select
    w.week_start_date, w.store_id, w.brand, w.organiser_level, w.kind, w.employee_id,
    'free', w.meeting_id, 0, null, false, false, f.free
  from windows w
  inner join free f on f.meeting_id = w.meeting_id and f.store_id = w.store_id
)

select * from items
