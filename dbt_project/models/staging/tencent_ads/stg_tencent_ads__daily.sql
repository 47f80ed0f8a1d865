with events as (
  {{ raw_events('tencent_ads.daily') }}
),

typed as (
  select
    *,
    data.dealer_id as dealer_id,
    {{ day_of_text('data.date') }} as date_day
  from events
)

select
  dealer_id,
  try_cast(data.leads_cnt as {{ t('int') }}) as leads,
  try_cast(data.form_leads_cnt as {{ t('int') }}) as form_leads,
  date_day,
  {{ staged("account || ':' || dealer_id || ':' || " ~ key_of_day('date_day', 'data.date')) }}
from typed
