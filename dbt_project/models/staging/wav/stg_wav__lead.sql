with events as (
  {{ raw_events('wav.lead') }}
),

typed as (
  select *, data.Response.RequestId as request_id
  from events
)

select
  request_id,
  data.DealerId as dealer_id,
  {{ given('data.OuterLeadId') }} as outer_lead_id,
  data.ChannelName as channel_name,
  {{ given('data.SeriesId') }} as series_id,
  {{ phone_columns('CustomerPhone', 'customer_phone') }},
  {{ name_columns('CustomerName') }},
  try_cast(data.Response.BusinessCode as {{ t('int') }}) as business_code,
  try_cast(data.SourceType as {{ t('int') }}) as source_type,
  {{ epoch_ms_at('data.CreateTime') }} as created_at,
  {{ staged("account || ':' || request_id") }}
from typed
