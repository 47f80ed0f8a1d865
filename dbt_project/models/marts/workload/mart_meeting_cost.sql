{%- set cell = 'week_start_date, store_id, organiser_level, kind' %}
with people as (
  select * from {{ ref('int_meeting_cost_people') }}
),

-- Leads that came while no meeting was on are those of every store in the cell, under whatever label it has.
stores as (
  select distinct {{ cell }}, own_store_id from people where part = 'window'
),

-- A lead stands once in a cell, however many of its meetings it fell into; unanswered leads rank last.
responses as (
  select distinct {{ cell }}, part, item_id, response_minutes
  from people
  where part = 'lead' and is_on_clock
  union all
  select s.week_start_date, s.store_id, s.organiser_level, s.kind, o.part, o.item_id, o.response_minutes
  from stores s
  inner join people o
    on o.week_start_date = s.week_start_date and o.own_store_id = s.own_store_id and o.part = 'other_lead'
),

middles as (
  select {{ cell }}, part, count(*) as leads, {{ middle_value('response_minutes') }} as response_minutes
  from responses
  group by {{ cell }}, part
),

medians as (
  select
    {{ cell }},
    min(case when part = 'lead' then response_minutes end) as inside,
    min(case when part = 'other_lead' then response_minutes end) as outside
  from middles
  where leads >= 5
  group by {{ cell }}
),

counted as (
  select
    {{ cell }},
    cast(count(distinct employee_id) as {{ t('int') }}) as persons,
    {{ sum_hours('attended_hours') }} as person_hours,
    cast(count(distinct case when part = 'lead' then item_id end) as {{ t('int') }}) as leads_received_during,
    cast(count(distinct case when is_owner_inside then item_id end) as {{ t('int') }}) as owner_in_meeting_leads,
    cast(count(distinct case when part = 'visit' then item_id end) as {{ t('int') }}) as visits_arrived_during,
    min(free) as min_free
  from people
  group by {{ cell }}
)

select
  c.week_start_date,
  c.store_id,
  c.organiser_level,
  c.kind,
  c.persons,
  c.person_hours,
  c.leads_received_during,
  c.owner_in_meeting_leads,
  m.inside as median_response_in_meeting,
  m.outside as median_response_otherwise,
  c.visits_arrived_during,
  case when c.min_free = 0 then '0' when c.min_free < 5 then '1–4' when c.min_free >= 5 then '5+' end as min_free_band
from counted c
left join medians m
  on
    m.week_start_date = c.week_start_date
    and m.store_id = c.store_id
    and m.organiser_level = c.organiser_level
    and m.kind = c.kind
