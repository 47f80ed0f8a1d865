with events as (
  {{ raw_events('tencent_ads.lead') }}
),

typed as (
  select
    *,
    data.leads_id as leads_id,
    data.leads_follow_tag as leads_follow_tag
  from events
)

select
  leads_id,
  data.account_id as account_id,
  data.leads_type as leads_type,
  data.leads_source as leads_source,
  leads_follow_tag,
  case leads_follow_tag
    when 'LEADS_FOLLOW_TAG_INVALID_NOTSELF' then 'wrong_number'
    when 'LEADS_FOLLOW_TAG_INVALID_NOTINTENTION' then 'not_a_buyer'
    when 'LEADS_FOLLOW_TAG_INVALID_REGION_MISMATCHED' then 'out_of_area'
  end as invalid_reason,
  {{ phone_columns('leads_telephone', 'customer_phone') }},
  {{ name_columns('leads_name') }},
  data.call_middle_num.token as middle_number_token,
  coalesce(leads_follow_tag like 'LEADS_FOLLOW_TAG_INVALID_%', false) as is_marked_invalid,
  {{ local_text_to_utc('data.leads_action_time') }} as submitted_at,
  {{ local_text_to_utc('data.leads_create_time') }} as stored_at,
  {{ staged("account || ':' || leads_id") }}
from typed
