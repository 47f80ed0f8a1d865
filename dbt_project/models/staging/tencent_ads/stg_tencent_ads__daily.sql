with events as (
  {{ raw_events('tencent_ads.daily') }}
),

typed as (
  select
    *,
    data.dealer_id as dealer_id,
    data.date as day_text
  from events
)

select
  dealer_id,
  try_cast(data.leads_cnt as {{ t('int') }}) as leads,
  try_cast(data.form_leads_cnt as {{ t('int') }}) as form_leads,
  try_cast(
    substr(day_text, 1, 4) || '-' || substr(day_text, 5, 2) || '-' || substr(day_text, 7, 2) as date
  ) as date_day,
  {{ staged("account || ':' || dealer_id || ':' || day_text") }}
from typed
