{{ config(materialized='view') }}
{# What a platform counts, record by record: on which day we count it, on which day the platform does and under which of its
   accounts, and why not. The leads of 视频号 name another account than its counts. #}
with forms as (
  select * from {{ ref('int_placed_forms') }} where platform in ('autohome', 'channels', 'dongchedi', 'yiche')
),

submissions as (
  select * from {{ ref('fct_lead_submissions') }}
),

told as (
  select
    f.platform as vendor,
    f.store_id,
    'leads' as measure,
    s.submitted_day,
    s.is_test,
    s.is_repeat,
    case when f.platform <> 'channels' then f.own_account end as account,
    f.own_stored_at as their_at
  from forms f
  join submissions s on s.submission_id = f.submission_id
),

calls as (
  select
    c.hotline_platform as vendor,
    coalesce(c.line_store_id, 'unknown') as store_id,
    p.dealer_id as account,
    c.is_connected,
    {{ local_day('c.began_at') }} as call_day,
    case when p.call_key is not null then c.began_at end as their_at,
    case when p.answered_at is not null then c.began_at end as their_answered_at
  from {{ ref('int_calls') }} c
  left join {{ ref('int_portal_calls') }} p on p.call_key = c.call_key
  where c.hotline_platform is not null
)

select
  vendor,
  store_id,
  account,
  measure,
  case when not is_test and not is_repeat then submitted_day end as our_day,
  their_at,
  case when is_test then 'test' when is_repeat then 'repeat' else 'not_told' end as cause
from told
union all
select vendor, store_id, account, 'calls', call_day, their_at, 'not_told'
from calls
union all
select
  vendor, store_id, account, 'answered_calls', case when is_connected then call_day end, their_answered_at,
  case when is_connected then 'not_told' else 'short_talk' end
from calls
where is_connected or their_answered_at is not null
