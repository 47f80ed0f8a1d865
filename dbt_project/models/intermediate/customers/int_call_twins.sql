{# One call told twice: by the portal whose line it was and by the call centre it was put through to. Same line, begun
   within half a minute, and the same number, unless the portal withholds it or shows it masked. Each is paired once. #}
with portal as (
  select * from {{ ref('int_portal_calls') }}
),

centre as (
  select * from {{ ref('int_centre_calls') }} where not is_robot
),

near as (
  select
    p.call_key as portal_call_key,
    c.call_key as centre_call_key,
    abs({{ epoch_us('p.called_at') }} - {{ epoch_us('c.began_at') }}) as distance_us
  from portal p
  join centre c
    on c.callee_token = p.line_token
    and (
      p.caller_token is null
      or c.caller_token = p.caller_token
      or (p.caller_class = 'masked' and c.caller_masked = p.caller_masked)
    )
  where abs({{ epoch_us('p.called_at') }} - {{ epoch_us('c.began_at') }}) <= 30000000
),

ranked as (
  select
    *,
    row_number() over (partition by portal_call_key order by distance_us, centre_call_key) as portal_rank,
    row_number() over (partition by centre_call_key order by distance_us, portal_call_key) as centre_rank
  from near
)

select portal_call_key, centre_call_key
from ranked
where portal_rank = 1 and centre_rank = 1
