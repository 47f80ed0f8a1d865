{# Platform records with their store, each once: what two systems deliver under one id of one platform at one store is
   one record. The fuller one holds (a number before none, the platform's own export before Feiyu); marks of either
   count. #}
with forms as (
  select * from {{ ref('int_form_submissions') }}
),

stores as (
  select system, account, min(store_id) as store_id
  from {{ ref('int_store_accounts') }}
  group by system, account
),

placed as (
  select
    f.*,
    coalesce(s.store_id, 'unknown') as store_id,
    case when s.store_id is null then f.system || ':' || f.account end as unplaced_account
  from forms f
  left join stores s on s.system = f.system and s.account = f.account
),

told as (
  select
    *,
    max(case when is_test then 1 else 0 end) over same_record = 1 as is_test_of_any,
    max(case when is_marked_invalid then 1 else 0 end) over same_record = 1 as is_marked_by_any,
    max(case when is_marked_invalid then invalid_text end) over same_record as invalid_text_of_any,
    max(case when is_marked_invalid then updated_at end) over same_record as marked_at_of_any,
    max(room_id) over same_record as room_id_of_any,
    row_number() over (
      partition by platform, store_id, unplaced_account, platform_lead_id
      order by
        case when customer_phone_token is null then 1 else 0 end,
        case when system = 'feiyu' then 1 else 0 end,
        submission_id
    ) as place
  from placed
  window same_record as (partition by platform, store_id, unplaced_account, platform_lead_id)
)

select
  submission_id,
  platform,
  system,
  account,
  store_id,
  platform_lead_id,
  series_id,
  series_name,
  coalesce(room_id, room_id_of_any) as room_id,
  customer_phone_token,
  customer_phone_class,
  customer_phone_masked,
  name_token,
  name_form,
  is_test_of_any as is_test,
  is_marked_by_any as is_marked_invalid,
  invalid_text_of_any as invalid_text,
  marked_at_of_any as marked_at,
  submitted_at,
  stored_at,
  dispatched_at
from told
where place = 1
