{# Corrections of a defeat are one run with it: the last of them tells, and the first tells when where there is no time of loss,
   or only one before the lead was there, or that of a defeat taken back since. #}
with runs as (
  select
    *,
    count(case when not (is_defeated and coalesce(was_defeated, false)) then 1 end)
      over (partition by crm_lead_id order by version_no rows between unbounded preceding and current row) as run_no
  from {{ ref('int_crm_lead_versions') }}
  where is_defeated or was_defeated
),

told as (
  select
    *,
    min(updated_at) over (partition by crm_lead_id, run_no) as told_at,
    max(case when not is_defeated then updated_at end) over (
      partition by crm_lead_id order by version_no rows between unbounded preceding and current row
    ) as taken_back_at
  from runs
)

select
  crm_lead_id,
  dealer_id,
  store_id,
  is_defeated,
  case
    when not is_defeated or lost_at < created_at or lost_at < taken_back_at then told_at
    else coalesce(lost_at, told_at)
  end as changed_at,
  lose_type_name,
  lose_remark,
  lose_remark_length
from told
qualify row_number() over (partition by crm_lead_id, run_no order by version_no desc) = 1
