with events as (
  {{ raw_events('werun.steps') }}
),

typed as (
  select
    *,
    {{ token('data', 'openid') }} as openid_token,
    {{ json_text('data', 'timestamp') }} as day_epoch,
    {{ epoch_s_at(json_text('data', 'timestamp')) }} as day_at
  from events
)

select
  openid_token,
  {{ local_day('day_at') }} as date_day,
  day_at,
  try_cast({{ json_text('data', 'step') }} as {{ t('int') }}) as steps,
  {{ staged("coalesce(openid_token, '~') || ':' || day_epoch") }}
from typed
