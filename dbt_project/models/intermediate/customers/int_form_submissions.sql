{{ config(materialized='view') }}
with
{# A mark holds from the first version that shows it, with this reason and since the last that showed none; without a clock of
   changes it was made by the pull that first shows it. -#}
{% for portal, leads, is_marked in [
  ('autohome', ref('stg_autohome__lead'), "status = '无效'"),
  ('yiche', ref('stg_yiche__lead'), "status = '无效'"),
  ('dongchedi', ref('stg_dongchedi__lead'), "status = '无效'"),
  ('tencent_ads', ref('stg_tencent_ads__lead'), 'is_marked_invalid')
] -%}
{{ portal }}_marks as (
  select record_key, invalid_reason, min(version_at) as marked_at
  from (
    select
      *,
      max(case when {{ is_marked }} then null else version_at end) over (partition by record_key) as unmarked_at
    from {{ leads }}
  ) versions
  where {{ is_marked }} and (unmarked_at is null or unmarked_at < version_at)
  group by record_key, invalid_reason
),

{{ portal }} as (
  select n.*, m.marked_at
  from (
    {{ newest_version(leads) }}
  ) n
  left join {{ portal }}_marks m on m.record_key = n.record_key and m.invalid_reason = n.invalid_reason
),

{% endfor -%}
local_push as (
  {{ newest_version(ref('stg_douyin__local_lead')) }}
),

-- Where stores share an advertiser's account, HR lists the id that each of them has in Feiyu.
feiyu as (
  select n.*, coalesce(shop.account, n.advertiser_id) as account_or_shop
  from (
    {{ newest_version(ref('stg_feiyu__lead')) }}
  ) n
  {{ store_of_account("'feiyu'", 'n.shop_id', 'n.submitted_at', 'shop') }}
),

adf as (
  {{ newest_version(ref('stg_adf__prospect')) }}
)

select
  'autohome:' || record_key as submission_id,
  'autohome' as platform,
  'autohome' as system,
  dealer_id as account,
  lead_id as platform_lead_id,
  series_id,
  series_name,
  live_room_id as room_id,
  customer_phone_token,
  customer_phone_class,
  customer_phone_masked,
  name_token,
  name_form,
  name_is_test as is_test,
  status = '无效' as is_marked_invalid,
  invalid_reason as invalid_text,
  submitted_at,
  stored_at,
  dispatched_at,
  marked_at
from autohome
union all
select
  'yiche:' || record_key, 'yiche', 'yiche', dealer_id, order_no, series_id, series_name, null,
  customer_phone_token, customer_phone_class, customer_phone_masked, name_token, name_form,
  name_is_test, status = '无效', invalid_reason, submitted_at, null, dispatched_at, marked_at
from yiche
union all
select
  'feiyu:' || record_key,
  case
    when app_name like '%懂车帝%' then 'dongchedi'
    when app_name like '%抖音%' then 'douyin'
    else 'other'
  end,
  'feiyu', account_or_shop, clue_id, series_id, null, room_id,
  customer_phone_token, customer_phone_class, customer_phone_masked, name_token, name_form,
  name_is_test or coalesce(clue_source in (3, 4), false),
  coalesce(clue_state = 4, false), null, submitted_at, null, null, null
from feiyu
union all
select
  'dongchedi:' || record_key, 'dongchedi', 'dongchedi', dealer_id, lead_id, series_id, series_name, live_room_id,
  customer_phone_token, customer_phone_class, customer_phone_masked, name_token, name_form,
  name_is_test, status = '无效', invalid_reason, submitted_at, null, dispatched_at, marked_at
from dongchedi
union all
select
  'adf:' || record_key,
  case
    when provider_name like '%汽车之家%' or provider_name like '%autohome%' then 'autohome'
    when provider_name like '%易车%' or provider_name like '%yiche%' then 'yiche'
    when provider_name like '%懂车帝%' or provider_name like '%dongchedi%' then 'dongchedi'
    when provider_name like '%抖音%' or provider_name like '%douyin%' then 'douyin'
    when provider_name like '%视频号%' then 'channels'
    when provider_name like '%腾讯广告%' then 'tencent_ads'
    when provider_name like '%主机厂%' or provider_name like '%oem%' then 'oem'
    else 'other'
  end,
  'adf', vendor_id, prospect_id, null, vehicle_model, null,
  customer_phone_token, customer_phone_class, customer_phone_masked, name_token, name_form,
  name_is_test, false, null, submitted_at, null, null, null
from adf
union all
select
  'douyin:' || record_key, 'douyin', 'douyin', local_account_id, clue_id, series_id, null, room_id,
  customer_phone_token, customer_phone_class, customer_phone_masked, name_token, name_form,
  name_is_test, coalesce(effective_state = 3, false), null, submitted_at, null, null, updated_at
from local_push
union all
select
  'tencent_ads:' || record_key,
  case when leads_source = 'LEADS_SOURCE_VIDEO_CHANNEL' then 'channels' else 'tencent_ads' end,
  'tencent_ads', account_id, leads_id, null, null, null,
  customer_phone_token, customer_phone_class, customer_phone_masked, name_token, name_form,
  name_is_test, is_marked_invalid, invalid_reason, submitted_at, stored_at, null, marked_at
from tencent_ads
