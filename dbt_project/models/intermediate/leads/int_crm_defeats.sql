with versions as (
  select
    *,
    lag(is_defeated) over (partition by crm_lead_id order by version_no) as was_defeated
  from {{ ref('int_crm_lead_versions') }}
),

runs as (
  select
    *,
    sum(case when is_defeated and coalesce(was_defeated, false) then 0 else 1 end)
      over (partition by crm_lead_id order by version_no rows between unbounded preceding and current row) as run_no
  from versions
)

select
  crm_lead_id,
  store_id,
  is_defeated,
  case when is_defeated then coalesce(lost_at, updated_at) else updated_at end as changed_at,
  lose_type_name,
  lose_remark,
  lose_remark_length
from runs
where is_defeated or was_defeated
qualify row_number() over (partition by crm_lead_id, run_no order by version_no desc) = 1
