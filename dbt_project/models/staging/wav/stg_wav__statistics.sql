with events as (
  {{ raw_events('wav.statistics') }}
),

typed as (
  select *, {{ day_of_text('data.StatisticalTime') }} as date_day
  from events
)

select
  account as dealer_id,
  try_cast(data.LeadCnt as {{ t('int') }}) as leads,
  try_cast(data.BuildCnt as {{ t('int') }}) as built,
  try_cast(data.InvitedCnt as {{ t('int') }}) as invited,
  try_cast(data.OrderedCnt as {{ t('int') }}) as ordered,
  try_cast(data.DeliveredCnt as {{ t('int') }}) as delivered,
  try_cast(data.DefeatCnt as {{ t('int') }}) as defeated,
  date_day,
  {{ staged("account || ':' || " ~ key_of_day('date_day', 'data.StatisticalTime')) }}
from typed
