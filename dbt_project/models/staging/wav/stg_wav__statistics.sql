with events as (
  {{ raw_events('wav.statistics') }}
),

typed as (
  select *, data.StatisticalTime as day_text
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
  {{ day_of_text('substr(day_text, 1, 10)') }} as date_day,
  {{ staged("account || ':' || day_text") }}
from typed
