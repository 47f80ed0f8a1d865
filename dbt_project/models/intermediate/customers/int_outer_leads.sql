{# The submission that a record of the lead system names by the platform's id: at its store, of the platform its channel
   says where that has one of this id, else the first of any. A record that was at several stores, handed over or moved after a
   mistake, is the lead of the last of them that knows the id. `outer_key` is that submission, or what was named where it is
   not known; `store_id` its store. Two platforms may give the same id to two people. -#}
with channels as (
  {{ platform_spellings() }}
),

named as (
  select
    'crm_lead:' || c.crm_lead_id as record_key, v.store_id, c.outer_lead_id, c.channel_name,
    max(v.version_no) as stayed_no
  from {{ ref('int_crm_leads') }} c
  join {{ ref('int_crm_lead_versions') }} v on v.crm_lead_id = c.crm_lead_id
  group by c.crm_lead_id, v.store_id, c.outer_lead_id, c.channel_name
  union all
  select 'created:' || creation_key, store_id, outer_lead_id, channel_name, 1
  from {{ ref('int_crm_creations') }}
)

select
  n.record_key,
  n.store_id,
  s.submission_id,
  coalesce(s.submission_id, n.store_id || ':' || coalesce(c.platform, 'unknown') || ':' || n.outer_lead_id) as outer_key
from named n
left join channels c on c.spelling = n.channel_name
left join {{ ref('int_submissions') }} s on s.store_id = n.store_id and s.platform_lead_id = n.outer_lead_id
where n.outer_lead_id is not null and n.store_id <> 'unknown'
qualify row_number() over (
  partition by n.record_key
  order by
    case when s.submission_id is null then 2 when s.platform = c.platform then 0 else 1 end,
    n.stayed_no desc, s.submitted_at nulls last, s.submission_id
) = 1
