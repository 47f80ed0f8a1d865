{{ config(materialized='view') }}
{# A month's cost spread evenly over its days, by week up to as_of; only where every elapsed day of the week has one.
   Added up in parts of a fen that months of 28, 29, 30 and 31 days all divide. #}
{%- set parts_of_a_fen = '377580' %}
with days as (
  select
    d.date_day, d.week_start_date, d.month_start_date,
    count(*) over (partition by d.month_start_date) as days_of_month
  from {{ ref('dim_date') }} d
),

elapsed as (
  select d.*, count(*) over (partition by d.week_start_date) as days_of_week
  from days d
  cross join {{ ref('int_as_of') }} a
  where d.date_day <= {{ local_day('a.as_of') }}
),

parts as (
  select
    e.week_start_date,
    e.month_start_date,
    c.store_id,
    c.platform,
    max(e.days_of_week) as days_of_week,
    count(*) as days_known,
    {{ in_fen('max(c.amount)') }} * count(*) * {{ int_div(parts_of_a_fen, 'max(e.days_of_month)') }} as parts_of_fen,
    max(case when c.cost_source = 'allocated' then 1 else 0 end) as is_allocated
  from {{ ref('fct_platform_costs') }} c
  join elapsed e on e.month_start_date = c.month_start_date
  group by e.week_start_date, e.month_start_date, c.store_id, c.platform
)

select
  week_start_date,
  store_id,
  platform,
  {{ money_per('sum(parts_of_fen)', parts_of_a_fen) }} as cost,
  case when max(is_allocated) = 1 then 'allocated' else 'invoice' end as cost_source
from parts
group by week_start_date, store_id, platform
having sum(days_known) = max(days_of_week)
