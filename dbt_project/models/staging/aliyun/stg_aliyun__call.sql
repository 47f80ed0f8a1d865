with events as (
  {{ raw_events('aliyun.call') }}
),

typed as (
  select
    *,
    data.call_id as call_id,
    {{ given('data.dialog_id') }} is not null as is_robot,
    data.b_start_time is not null as is_two_legged,
    data.b_ring_time is not null as second_ring_is_told,
    {{ local_text_to_utc('data.ring_time') }} as first_rang_at,
    {{ local_text_to_utc('data.start_time') }} as first_answered_at,
    {{ local_text_to_utc('data.b_ring_time') }} as second_rang_at,
    {{ local_text_to_utc('data.b_start_time') }} as second_answered_at
  from events
)

select
  call_id,
  {{ given('data.out_id') }} as crm_lead_id,
  data.status_code as status_code,
  {{ phone_columns('caller') }},
  {{ phone_columns('callee') }},
  is_robot,
  {{ local_text_to_utc('data.originate_time') }} as began_at,
  case when is_two_legged and second_ring_is_told then second_rang_at else first_rang_at end as rang_at,
  case when is_two_legged then second_answered_at else first_answered_at end as answered_at,
  {{ local_text_to_utc('data.end_time') }} as ended_at,
  {{ staged("account || ':' || call_id") }}
from typed
