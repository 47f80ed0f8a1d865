{# `label`: the first of a record's keys, which stands for all its keys until they are tied; null without any. A masked number
   is one only while int_masked_numbers does not call it ambiguous, and never with what is no person's name (先生). Calls tell
   of a customer by their number alone: the first of each speaks for the others. -#}
{%- set own_systems = {
  'appointment': [ref('stg_crm__appointment'), 'set_at'],
  'visit': [ref('stg_crm__visit'), 'arrived_at'],
  'order': [ref('stg_crm__order'), 'ordered_at'],
  'delivery': [ref('stg_crm__delivery'), 'delivered_at'],
  'level': [ref('stg_crm__level'), 'set_at'],
  'key_customer': [ref('stg_crm__key_customer'), 'flagged_at'],
  'touch': [ref('stg_care__touch'), 'touched_at'],
  'block': [ref('stg_care__block'), 'blocked_at'],
  'survey': [ref('stg_survey__result'), 'asked_at']
} -%}
with records as (
  select
    'submission:' || submission_id as record_key,
    store_id,
    case when platform_lead_id is not null then submission_id end as outer_key,
    crm_lead_id,
    cast(null as {{ t('text') }}) as crm_customer_id,
    customer_phone_token, customer_phone_class, customer_phone_masked, name_token, name_form,
    submitted_at as recorded_at
  from {{ ref('int_submissions') }}
  union all
  select
    'crm_lead:' || c.crm_lead_id, case when o.submission_id is null then c.store_id else o.store_id end,
    o.outer_key, c.crm_lead_id, null,
    c.customer_phone_token, c.customer_phone_class, c.customer_phone_masked, c.name_token, c.name_form, c.created_at
  from {{ ref('int_crm_leads') }} c
  left join {{ ref('int_outer_leads') }} o on o.record_key = 'crm_lead:' || c.crm_lead_id
{%- for kind, held in own_systems.items() %}
  union all
  select
    '{{ kind }}:' || record_key, store_id, null, crm_lead_id, crm_customer_id,
    customer_phone_token, customer_phone_class, customer_phone_masked, name_token, name_form, {{ held[1] }}
  from (
    {{ newest_version(held[0]) }}
  ) {{ kind }}s
{%- endfor %}
  union all
  select
    'call:' || min_by(call_key, {{ struct_of({'at': 'coalesce(began_at, ' ~ forever() ~ ')', 'call': 'call_key'}) }}),
    null, null, null, null,
    customer_phone_token, customer_phone_class, min(customer_phone_masked), null, null, min(began_at)
  from {{ ref('int_calls') }}
  where customer_phone_class = 'mobile' and hotline_platform is null and crm_lead_id is null and not is_internal
  group by customer_phone_token, customer_phone_class
  union all
  select
    'created:' || c.creation_key, c.store_id, o.outer_key, null, null,
    c.customer_phone_token, c.customer_phone_class, c.customer_phone_masked, c.name_token, c.name_form, c.created_at
  from {{ ref('int_crm_creations') }} c
  left join {{ ref('int_outer_leads') }} o on o.record_key = 'created:' || c.creation_key
  union all
  select
    'profile:' || profile_key, store_id, null, null, null,
    customer_phone_token, customer_phone_class, customer_phone_masked, name_token, name_form, created_at
  from {{ ref('int_profiles') }}
),

named as (
  select
    record_key,
    store_id,
    outer_key,
    crm_lead_id,
    crm_customer_id,
    customer_phone_token,
    case when m.number_token is not null then 'virtual' else customer_phone_class end as customer_phone_class,
    customer_phone_masked,
    case when name_form = 'other' then null else name_token end as name_token,
    name_form,
    recorded_at
  from records
  left join {{ ref('int_shared_numbers') }} m on m.number_token = customer_phone_token
)

select
  *,
  coalesce(
    case when customer_phone_class = 'mobile' then {{ customer_key('phone') }} end,
    {{ customer_key('lead') }},
    {{ customer_key('customer') }},
    {{ customer_key('outer') }},
    case when customer_phone_class = 'masked' and store_id <> 'unknown' then {{ customer_key('masked') }} end
  ) as label
from named
