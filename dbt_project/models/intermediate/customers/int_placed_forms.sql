{# Platform records with their store, each once: what two systems deliver under one id of one platform at one store is
   one record. The fuller one holds (a number before none, the platform's own export before Feiyu); marks of either
   count. `own_stored_at`: when the platform stored it by its own export, of `own_account`. #}
{%- set is_own = "system = case platform when 'channels' then 'tencent_ads' else platform end" %}
with forms as (
  select * from {{ ref('int_form_submissions') }}
),

placed as (
  select
    f.*,
    {{ known_store() }} as store_id,
    case when s.store_id is null then f.system || ':' || f.account end as unplaced_account
  from forms f
  {{ store_of_account('f.system', 'f.account', 'coalesce(f.submitted_at, f.stored_at)') }}
),

told as (
  select
    max(case when is_test then 1 else 0 end) = 1 as is_test,
    max(case when is_marked_invalid then 1 else 0 end) = 1 as is_marked_invalid,
    max(case when is_marked_invalid then invalid_text end) as invalid_text,
    max(case when is_marked_invalid then marked_at end) as marked_at,
    max(room_id) as room_id,
    max(case when {{ is_own }} then account end) as own_account,
    min(case when {{ is_own }} then coalesce(stored_at, submitted_at) end) as own_stored_at,
    min_by(submission_id, {{ struct_of({
      'no_number': 'case when customer_phone_token is null then 1 else 0 end',
      'by_feiyu': "case when system = 'feiyu' then 1 else 0 end",
      'submission_id': 'submission_id'
    }) }}) as submission_id
  from placed
  group by platform, store_id, unplaced_account, platform_lead_id
)

select
  p.submission_id,
  p.platform,
  p.system,
  p.account,
  p.store_id,
  p.platform_lead_id,
  p.series_id,
  p.series_name,
  coalesce(p.room_id, t.room_id) as room_id,
  p.customer_phone_token,
  p.customer_phone_class,
  p.customer_phone_masked,
  p.name_token,
  p.name_form,
  t.is_test,
  t.is_marked_invalid,
  t.invalid_text,
  t.marked_at,
  p.submitted_at,
  p.stored_at,
  p.dispatched_at,
  t.own_account,
  t.own_stored_at
from placed p
join told t on t.submission_id = p.submission_id
