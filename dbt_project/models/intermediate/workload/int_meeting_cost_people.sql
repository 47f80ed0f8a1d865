{# Everything the cost of meetings is counted from, in one relation of person grain: who sat in them, and beside them the
   leads, visits and free consultants, each under one of those persons so that it moves with its cell. Leads of no
   meeting belong to every cell of their week and store and stand here once; `own_store_id` finds them when the store
   is published under another label. #}
with windows as (
  select * from {{ ref('int_meeting_windows') }}
),

days as (
  select *, {{ each_day(local_day('started_at'), local_day('ended_at')) }} as date_day
  from windows
),

leads as (
  select lead_id, store_id, received_at, received_day, is_on_clock, first_response_minutes
  from {{ ref('fct_leads') }}
  where not is_test
),

during as (
  select
    w.*,
    l.lead_id,
    l.received_at,
    l.is_on_clock,
    l.first_response_minutes
  from days w
  inner join leads l
    on
      l.store_id = w.store_id
      and l.received_day = w.date_day
      and l.received_at >= w.started_at
      and l.received_at < w.ended_at
),

-- Who had a lead as it came, or else whom it was given to first.
owned as (
  select d.meeting_id, d.lead_id, d.received_at, o.owner_employee_id
  from (select distinct meeting_id, lead_id, received_at from during) d
  inner join {{ ref('int_lead_owners') }} o on o.lead_id = d.lead_id and o.owned_to > d.received_at
  qualify row_number() over (partition by d.meeting_id, d.lead_id order by o.owned_from) = 1
),

owners_inside as (
  select distinct d.meeting_id, d.lead_id
  from owned d
  inner join {{ ref('int_attended_intervals') }} i
    on
      i.meeting_id = d.meeting_id
      and i.employee_id = d.owner_employee_id
      and d.received_at >= i.started_at
      and d.received_at < i.ended_at
),

weeks as (
  select week_start_date, store_id, brand, organiser_level, kind, employee_id
  from windows
  qualify row_number() over (
    partition by week_start_date, store_id order by organiser_level, kind, employee_id
  ) = 1
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
    w.week_start_date, w.store_id, w.brand, w.organiser_level, w.kind, w.employee_id,
    'window', w.meeting_id, 0, null, false, false, f.free
  from windows w
  left join {{ ref('int_meeting_free_consultants') }} f on f.meeting_id = w.meeting_id and f.store_id = w.store_id
  union all
  select
    d.week_start_date, d.store_id, d.brand, d.organiser_level, d.kind, d.employee_id,
    'lead', d.lead_id, 0, d.first_response_minutes, d.is_on_clock, o.lead_id is not null, null
  from during d
  left join owners_inside o on o.meeting_id = d.meeting_id and o.lead_id = d.lead_id
  union all
  select
    w.week_start_date, w.store_id, w.brand, w.organiser_level, w.kind, w.employee_id,
    'other_lead', l.lead_id, 0, l.first_response_minutes, true, false, null
  from weeks w
  inner join leads l on l.store_id = w.store_id and {{ week_start('l.received_day') }} = w.week_start_date
  where l.is_on_clock and l.lead_id not in (select lead_id from during)
  union all
  select
    w.week_start_date, w.store_id, w.brand, w.organiser_level, w.kind, w.employee_id,
    'visit', v.visit_id, 0, null, false, false, null
  from days w
  inner join {{ ref('fct_visits') }} v
    on
      v.store_id = w.store_id
      and v.visit_day = w.date_day
      and v.arrived_at >= w.started_at
      and v.arrived_at < w.ended_at
)

select *, store_id as own_store_id from items
