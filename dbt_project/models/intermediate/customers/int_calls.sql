{# Every call once: of one told twice the portal's record holds, completed by the call centre's. -#}
with calls as (
  select
    call_key, system, call_id, crm_lead_id, intent, suggested_level,
    cast(null as {{ t('text') }}) as portal,
    cast(null as {{ t('text') }}) as portal_store_id,
    caller_token, caller_class, caller_masked, callee_token, callee_class, callee_masked,
    talk_seconds, is_robot, began_at, rang_at, answered_at, ended_at, next_reminder_at
  from {{ ref('int_centre_calls') }}
  where call_key not in (select centre_call_key from {{ ref('int_call_twins') }})
    and began_at is not null
  union all
  select
    call_key, system, call_id, crm_lead_id, intent, suggested_level, portal, portal_store_id,
    caller_token, caller_class, caller_masked, callee_token, callee_class, callee_masked,
    talk_seconds, is_robot, began_at, rang_at, answered_at, ended_at, next_reminder_at
  from {{ ref('int_completed_calls') }}
),

phones as (
  select * from {{ ref('int_employee_accounts') }} where system = 'work_phone'
),

parties as (
  select
    c.*,
    coalesce(
      c.portal is null and (
        c.is_robot or caller.employee_id is not null or from_line.store_id is not null
        or (to_line.store_id is null and callee.employee_id is null)
      ),
      false
    ) as is_outbound,
    caller.employee_id as caller_employee_id,
    callee.employee_id as callee_employee_id,
    from_line.store_id as from_store_id,
    coalesce(to_line.store_id, c.portal_store_id) as to_store_id,
    coalesce(c.portal, to_line.platform) as to_platform
  from calls c
  left join phones caller
    on caller.account_token = c.caller_token
    and c.began_at >= caller.valid_from_at and c.began_at < caller.valid_to_at
  left join phones callee
    on callee.account_token = c.callee_token
    and c.began_at >= callee.valid_from_at and c.began_at < callee.valid_to_at
  {{ store_of_line('c.caller_token', 'c.began_at', 'from_line') }}
  {{ store_of_line('c.callee_token', 'c.began_at', 'to_line') }}
)

select
  call_key,
  system,
  call_id,
  crm_lead_id,
  is_outbound,
  is_robot,
  intent,
  suggested_level,
  case when is_outbound then callee_token else caller_token end as customer_phone_token,
  case when is_outbound then callee_class else caller_class end as customer_phone_class,
  case when is_outbound then callee_masked else caller_masked end as customer_phone_masked,
  case
    when is_robot then 'unassigned'
    when is_outbound then coalesce(
      caller_employee_id, case when from_store_id is null then 'unmatched' else 'unassigned' end
    )
    else coalesce(callee_employee_id, 'unassigned')
  end as employee_id,
  case when is_outbound then from_store_id else to_store_id end as line_store_id,
  case when not is_outbound and to_platform <> 'other' then to_platform end as hotline_platform,
  coalesce(callee_employee_id is not null or to_store_id is not null, false) and is_outbound as is_internal,
  talk_seconds,
  case
    when rang_at is null then 0
    else greatest({{ minutes_between('rang_at', 'coalesce(answered_at, ended_at, rang_at)') }} * 60, 0)
  end as ring_seconds,
  talk_seconds >= 10 and not is_robot as is_connected,
  began_at,
  answered_at,
  coalesce(ended_at, began_at) as ended_at,
  next_reminder_at
from parties
