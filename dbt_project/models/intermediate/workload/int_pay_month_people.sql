with slips as (
  select month_start_date, employee_id, store_id, net from {{ ref('fct_payslips') }} where employee_id <> 'unmatched'
),

lines as (
  select month_start_date, employee_id, store_id, sum(amount) as deducted
  from {{ ref('fct_kpi_deductions') }}
  where employee_id <> 'unmatched'
  group by month_start_date, employee_id, store_id
),

people as (
  select month_start_date, employee_id, store_id from slips
  union
  select month_start_date, employee_id, store_id from lines
),

paid as (
  select
    p.month_start_date,
    p.employee_id,
    coalesce(s.brand, 'unknown') as brand,
    coalesce(l.deducted, 0) as deducted,
    c.net
  from people p
  inner join {{ ref('dim_store_current') }} s on s.store_id = p.store_id
  left join lines l
    on l.month_start_date = p.month_start_date and l.employee_id = p.employee_id and l.store_id = p.store_id
  left join slips c
    on c.month_start_date = p.month_start_date and c.employee_id = p.employee_id and c.store_id = p.store_id
),

schemes as (
  select m.month_start_date, m.brand, count(distinct k.kpi) as kpis_in_force
  from (select distinct month_start_date, brand from paid) m
  inner join {{ ref('kpi_schemes') }} k
    on
      k.brand in ('*', m.brand)
      and {{ month_start('k.valid_from') }} <= m.month_start_date
      and (k.valid_to is null or k.valid_to > m.month_start_date)
  group by m.month_start_date, m.brand
)

select
  p.month_start_date,
  p.brand,
  p.employee_id,
  p.deducted,
  p.net,
  coalesce(k.kpis_in_force, 0) as kpis_in_force
from paid p
left join schemes k on k.month_start_date = p.month_start_date and k.brand = p.brand
