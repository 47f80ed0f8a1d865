with events as (
  {{ raw_events('wav.lead_status') }}
),

typed as (
  select
    *,
    data.LeadId as crm_lead_id,
    {{ epoch_ms_at('data.UpdateTime') }} as updated_at
  from events
)

select
  crm_lead_id,
  data.DealerId as dealer_id,
  {{ given('data.OuterLeadId') }} as outer_lead_id,
  data.ChannelId as channel_id,
  {{ given('data.SeriesId') }} as series_id,
  data.ChannelName as channel_name,
  data.LeadLevel as lead_level,
  {{ given('data.LoseTypeName') }} as lose_type_name,
  data.LoseRemark as lose_remark,
  coalesce(length(data.LoseRemark), 0) as lose_remark_length,
  {{ phone_columns('CustomerPhone', 'customer_phone') }},
  {{ name_columns('CustomerName') }},
  data.SalesPhone.token as sales_phone_token,
  try_cast(data.LeadStatus as {{ t('int') }}) as lead_status,
  try_cast(data.SourceType as {{ t('int') }}) as source_type,
  coalesce(data.IsLose = '1', false) as is_lose,
  {{ epoch_ms_at('data.CreateTime') }} as created_at,
  {{ epoch_ms_at('data.RealArrivalTime') }} as arrived_at,
  {{ epoch_ms_at('data.CompleteTestDriveTime') }} as test_drive_at,
  {{ epoch_ms_at('data.InvoiceTime') }} as invoiced_at,
  {{ epoch_ms_at('data.LoseTime') }} as lost_at,
  coalesce(data.IsInvalid = '1', false) as is_marked_invalid,
  case data.InvalidTypeName
    when '空错号' then 'empty_number'
    when '无意向购买' then 'not_a_buyer'
    else {{ given('data.InvalidTypeName') }}
  end as invalid_reason,
  {{ epoch_ms_at('data.InvalidTime') }} as marked_at,
  updated_at,
  {{ staged("account || ':' || crm_lead_id", 'updated_at') }}
from typed
