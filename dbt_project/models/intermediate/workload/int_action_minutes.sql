with estimates as (
  select code as action, minutes_estimate as minutes, valid_from
  from {{ ref('dim_kind') }}
  where domain in ('checkin', 'tool') and minutes_estimate is not null
  union all
  select action, minutes, valid_from
  from {{ ref('action_minutes') }}
)

-- What happened before anybody estimated it takes what was estimated first.
select
  action,
  minutes,
  case when row_number() over (partition by action order by valid_from) = 1 then {{ first_day() }} else valid_from end
    as valid_from,
  coalesce(lead(valid_from) over (partition by action order by valid_from), {{ last_day() }}) as valid_to
from estimates
