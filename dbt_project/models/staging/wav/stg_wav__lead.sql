with events as (
  {{ raw_events('wav.lead') }}
),

typed as (
  select *, {{ json_text('data', 'Response.RequestId') }} as request_id
  from events
)

select
  request_id,
  {{ json_text('data', 'DealerId') }} as dealer_id,
  {{ json_text('data', 'OuterLeadId') }} as outer_lead_id,
  {{ json_text('data', 'ChannelName') }} as channel_name,
  {{ json_text('data', 'SeriesId') }} as series_id,
  {{ phone_columns('CustomerPhone', 'customer_phone') }},
  {{ name_columns('CustomerName') }},
  try_cast({{ json_text('data', 'Response.BusinessCode') }} as {{ t('int') }}) as business_code,
  try_cast({{ json_text('data', 'SourceType') }} as {{ t('int') }}) as source_type,
  {{ epoch_ms_at(json_text('data', 'CreateTime')) }} as created_at,
  {{ staged("account || ':' || request_id") }}
from typed
