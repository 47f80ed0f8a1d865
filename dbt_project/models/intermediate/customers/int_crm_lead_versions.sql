{# The events are sorted by what they are found by, and not with all they hold: `next_at` is the instant of the next
   version; of two of one instant the one that landed last holds. -#}
{%- set in_order %}partition by crm_lead_id order by version_at{% endset %}
{%- set before %}{{ in_order }} rows between unbounded preceding and 1 preceding{% endset %}
with timed as (
  select
    crm_lead_id, created_at, version_at, event_source, event_id, lead_level, lead_status, sales_phone_token,
    is_lose and lead_status = 901 as is_defeated,
    lead(version_at) over (
      partition by crm_lead_id order by version_at, batch_id, topic, topic_partition, topic_offset
    ) as next_at
  from {{ ref('stg_wav__lead_status') }}
),

numbered as (
  select
    *,
    row_number() over ({{ in_order }}) as version_no,
    min(version_at) over (partition by crm_lead_id) as first_at,
    {{ last_known('created_at') }} over (
      {{ in_order }} rows between unbounded preceding and unbounded following
    ) as made_at,
    lag(lead_status) over ({{ in_order }}) as status_before,
    lag(is_defeated) over ({{ in_order }}) as was_defeated,
    {{ last_known('lead_level') }} over ({{ before }}) as level_before,
    {{ last_known('sales_phone_token') }} over ({{ before }}) as sales_phone_before
  from timed
  where next_at is null or next_at > version_at
),

versions as (
  select
    s.*, n.version_no, n.first_at, n.made_at, n.next_at is null as is_newest,
    n.is_defeated, n.status_before, n.was_defeated, n.level_before, n.sales_phone_before
  from {{ ref('stg_wav__lead_status') }} s
  join numbered n on n.event_id = s.event_id and n.event_source = s.event_source
),

-- A CRM lead that does not say which platform's lead it is: the CreateLead call of its dealer, customer and instant does.
created as (
  select dealer_id, created_at, name_token, min(outer_lead_id) as outer_lead_id
  from {{ ref('int_crm_creations') }}
  where business_code = 0
  group by dealer_id, created_at, name_token
),

phones as (
  select * from {{ ref('int_employee_accounts') }} where system = 'work_phone'
)

select
  v.crm_lead_id,
  v.dealer_id,
  {{ known_store() }} as store_id,
  coalesce(v.outer_lead_id, c.outer_lead_id) as outer_lead_id,
  v.series_id,
  v.channel_name,
  v.lead_level,
  v.lead_status,
  v.lose_type_name,
  v.lose_remark,
  v.lose_remark_length,
  v.customer_phone_token,
  v.customer_phone_class,
  v.customer_phone_masked,
  v.name_token,
  v.name_form,
  v.name_is_test,
  -- A phone that is nobody's any more, as its holder has left, names nobody new.
  case
    when p.employee_id is not null or v.sales_phone_token <> coalesce(v.sales_phone_before, '')
      then coalesce(p.employee_id, 'unmatched')
  end as owner_employee_id,
  v.is_defeated,
  coalesce(v.created_at, v.first_at) as created_at,
  v.lost_at,
  v.is_marked_invalid,
  v.invalid_reason,
  v.marked_at,
  v.arrived_at,
  v.test_drive_at,
  v.version_at as updated_at,
  v.status_before,
  v.was_defeated,
  v.level_before,
  v.version_no,
  v.is_newest
from versions v
{{ store_of_account("'wav'", 'v.dealer_id', 'coalesce(v.made_at, v.first_at)') }}
left join created c
  on c.dealer_id = v.dealer_id and c.created_at = v.created_at and c.name_token = v.name_token
left join phones p
  on p.account_token = v.sales_phone_token
  and v.version_at >= p.valid_from_at and v.version_at < p.valid_to_at
