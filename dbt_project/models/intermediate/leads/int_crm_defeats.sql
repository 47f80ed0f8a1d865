{# Corrections of a defeat are one run with it: the last of them tells, and without a time of loss the first tells when. #}
with runs as (
  select
    *,
    count(case when not (is_defeated and coalesce(was_defeated, false)) then 1 end)
      over (partition by crm_lead_id order by version_no rows between unbounded preceding and current row) as run_no
  from {{ ref('int_crm_lead_versions') }}
  where is_defeated or was_defeated
)

select
  crm_lead_id,
  store_id,
  is_defeated,
  coalesce(case when is_defeated then lost_at end, min(updated_at) over (partition by crm_lead_id, run_no)) as changed_at,
  lose_type_name,
  lose_remark,
  lose_remark_length
from runs
qualify row_number() over (partition by crm_lead_id, run_no order by version_no desc) = 1
