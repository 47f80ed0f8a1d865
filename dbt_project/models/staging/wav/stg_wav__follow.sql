with events as (
  {{ raw_events('wav.follow') }}
),

typed as (
  select
    *,
    data.FollowId as follow_id,
    {{ epoch_ms_at('data.UpdateTime') }} as updated_at
  from events
)

select
  follow_id,
  data.LeadId as crm_lead_id,
  data.DealerId as dealer_id,
  data.SalesPhone.token as sales_phone_token,
  data.FollowRecord as follow_record,
  try_cast(data.FollowWayType as {{ t('int') }}) as follow_way_type,
  data.IsOverdue = '1' as is_overdue,
  {{ epoch_ms_at('data.FollowTime') }} as followed_at,
  {{ epoch_ms_at('data.NextFollowTime') }} as next_follow_at,
  {{ epoch_ms_at('data.OverdueTime') }} as overdue_at,
  updated_at,
  {{ staged("account || ':' || follow_id", 'updated_at') }}
from typed
