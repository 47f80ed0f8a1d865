with events as (
  {{ raw_events('wav.follow') }}
),

typed as (
  select
    *,
    {{ json_text('data', 'FollowId') }} as follow_id,
    {{ epoch_ms_at(json_text('data', 'UpdateTime')) }} as updated_at
  from events
)

select
  follow_id,
  {{ json_text('data', 'LeadId') }} as crm_lead_id,
  {{ json_text('data', 'DealerId') }} as dealer_id,
  {{ token('data', 'SalesPhone') }} as sales_phone_token,
  {{ json_text('data', 'FollowRecord') }} as follow_record,
  try_cast({{ json_text('data', 'FollowWayType') }} as {{ t('int') }}) as follow_way_type,
  {{ json_text('data', 'IsOverdue') }} = '1' as is_overdue,
  {{ epoch_ms_at(json_text('data', 'FollowTime')) }} as followed_at,
  {{ epoch_ms_at(json_text('data', 'NextFollowTime')) }} as next_follow_at,
  {{ epoch_ms_at(json_text('data', 'OverdueTime')) }} as overdue_at,
  updated_at,
  {{ staged("account || ':' || follow_id", 'updated_at') }}
from typed
