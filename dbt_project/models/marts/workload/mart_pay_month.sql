with people as (
  select * from {{ ref('int_pay_month_people') }}
),

counted as (
  select
    month_start_date,
    brand,
    count(distinct employee_id) as persons,
    count(distinct case when deducted > 0 then employee_id end) as persons_with_deduction,
    sum(deducted) as deductions_total,
    max(kpis_in_force) as kpis_in_force,
    count(net) as slips,
    count(case when net < 0 then 1 end) as below_zero
  from people
  group by month_start_date, brand
)

select
  month_start_date,
  brand,
  cast(persons as {{ t('int') }}) as persons,
  cast({{ persons_between('persons_with_deduction', 'persons') }} as {{ t('int') }}) as persons_with_deduction,
  cast(
    case when persons_with_deduction = 0 or persons_with_deduction >= 5 then deductions_total end as {{ t('money') }}
  ) as deductions_total,
  cast(kpis_in_force as {{ t('int') }}) as kpis_in_force,
  {{ share_band('below_zero', 'slips') }} as net_negative_band
from counted
