with events as (
  {{ raw_events('wav.lead_status') }}
),

typed as (
  select
    *,
    {{ json_text('data', 'LeadId') }} as crm_lead_id,
    {{ epoch_ms_at(json_text('data', 'UpdateTime')) }} as updated_at
  from events
)

select
  crm_lead_id,
  {{ json_text('data', 'DealerId') }} as dealer_id,
  {{ json_text('data', 'OuterLeadId') }} as outer_lead_id,
  {{ json_text('data', 'ChannelId') }} as channel_id,
  {{ json_text('data', 'SeriesId') }} as series_id,
  {{ json_text('data', 'ChannelName') }} as channel_name,
  {{ json_text('data', 'LeadLevel') }} as lead_level,
  {{ json_text('data', 'LoseTypeName') }} as lose_type_name,
  {{ json_text('data', 'LoseRemark') }} as lose_remark,
  coalesce(length({{ json_text('data', 'LoseRemark') }}), 0) as lose_remark_length,
  {{ phone_columns('CustomerPhone', 'customer_phone') }},
  {{ name_columns('CustomerName') }},
  {{ token('data', 'SalesPhone') }} as sales_phone_token,
  try_cast({{ json_text('data', 'LeadStatus') }} as {{ t('int') }}) as lead_status,
  try_cast({{ json_text('data', 'SourceType') }} as {{ t('int') }}) as source_type,
  coalesce({{ json_text('data', 'IsLose') }} = '1', false) as is_lose,
  {{ epoch_ms_at(json_text('data', 'CreateTime')) }} as created_at,
  {{ epoch_ms_at(json_text('data', 'RealArrivalTime')) }} as arrived_at,
  {{ epoch_ms_at(json_text('data', 'CompleteTestDriveTime')) }} as test_drive_at,
  {{ epoch_ms_at(json_text('data', 'InvoiceTime')) }} as invoiced_at,
  {{ epoch_ms_at(json_text('data', 'LoseTime')) }} as lost_at,
  updated_at,
  {{ staged("account || ':' || crm_lead_id", 'updated_at') }}
from typed
