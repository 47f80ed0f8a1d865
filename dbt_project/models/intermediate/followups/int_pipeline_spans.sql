{{ config(materialized='view') }}
{# The weeks at whose ends an open lead stood alike: of one owner, at one level, in one age band, overdue or not. What
   passed within a week stands at no week's end and is left out, so that a lead costs its changes and not its weeks. #}
{%- set ends_of_bands = [2, 8, 31, 91] %}
with leads as (
  select
    l.lead_id,
    l.store_id
    {%- for days in ends_of_bands %},
    {{ week_after(ts_from_epoch_us(epoch_us('l.received_at') ~ ' + ' ~ (days * 86400000000 - 1))) }} as week_{{ days }}
    {%- endfor %}
  from {{ ref('int_leads') }} l
  cross join {{ ref('int_as_of') }} a
  where not l.is_test
),

periods as (
  select
    p.lead_id,
    p.level_then as level,
    {{ week_after('p.from_at') }} as from_week,
    {{ week_after('p.to_at') }} as to_week,
    {{ week_after('coalesce(p.due_at, ' ~ forever() ~ ')') }} as overdue_week
  from {{ ref('int_followups') }} p
  cross join {{ ref('int_as_of') }} a
),

owners as (
  select
    o.lead_id,
    o.owner_employee_id,
    {{ week_after('o.owned_from') }} as from_week,
    {{ week_after('o.owned_to') }} as to_week
  from {{ ref('int_lead_owners') }} o
  cross join {{ ref('int_as_of') }} a
),

firsts as (
  select lead_id, min(from_week) as from_week
  from owners
  group by lead_id
),

owned as (
  select * from owners
  union all
  select l.lead_id, 'unassigned', {{ first_day() }}, coalesce(f.from_week, {{ last_day() }})
  from leads l
  left join firsts f on f.lead_id = l.lead_id
),

ages as (
  select lead_id, store_id, '0-1' as age_band, {{ first_day() }} as from_week, week_2 as to_week from leads
  union all
  select lead_id, store_id, '2-7', week_2, week_8 from leads
  union all
  select lead_id, store_id, '8-30', week_8, week_31 from leads
  union all
  select lead_id, store_id, '31-90', week_31, week_91 from leads
  union all
  select lead_id, store_id, '91+', week_91, {{ last_day() }} from leads
),

stood as (
  select
    g.lead_id,
    g.store_id,
    o.owner_employee_id,
    p.level,
    g.age_band,
    p.overdue_week,
    greatest(p.from_week, o.from_week, g.from_week) as from_week,
    least(p.to_week, o.to_week, g.to_week) as to_week
  from periods p
  join owned o on o.lead_id = p.lead_id and o.from_week < p.to_week and o.to_week > p.from_week
  join ages g on g.lead_id = p.lead_id and g.from_week < p.to_week and g.to_week > p.from_week
  where g.from_week < g.to_week and greatest(p.from_week, o.from_week, g.from_week) < least(p.to_week, o.to_week, g.to_week)
)

{%- for is_overdue, from_week, to_week in [
  ('false', 'from_week', 'least(to_week, overdue_week)'), ('true', 'greatest(from_week, overdue_week)', 'to_week')
] %}
select
  lead_id, store_id, owner_employee_id, level, age_band, {{ is_overdue }} as is_overdue,
  {{ from_week }} as from_week, {{ to_week }} as to_week
from stood
where {{ from_week }} < {{ to_week }}
{%- if not loop.last %}
union all
{%- endif %}
{%- endfor %}
