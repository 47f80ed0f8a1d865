with employments as (
  select * from {{ ref('int_employments') }}
),

as_of as (
  select * from {{ ref('int_as_of') }}
),

versions as (
  select
    employee_id || ':' || cast(valid_from as {{ t('text') }}) as consultant_key,
    employee_id, store_id, team, role, valid_from, valid_to
  from employments
  union all
  select 'unassigned', 'unassigned', 'unknown', null, 'unknown', date '1970-01-01', null
  union all
  select 'unmatched', 'unmatched', 'unknown', null, 'unknown', date '1970-01-01', null
)

select
  v.consultant_key,
  v.employee_id,
  v.store_id,
  v.team,
  v.role,
  v.valid_from,
  v.valid_to,
  v.valid_from <= {{ local_day('a.as_of') }}
    and (v.valid_to is null or v.valid_to > {{ local_day('a.as_of') }}) as is_current,
  {{ local_midnight('v.valid_from') }} as valid_from_at,
  coalesce({{ local_midnight('v.valid_to') }}, {{ forever() }}) as valid_to_at
from versions v
cross join as_of a
