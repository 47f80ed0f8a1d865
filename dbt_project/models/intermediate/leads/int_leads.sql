{# A mark is of the lead that its record opened or joined open; of several the first tells. A record that joins a lead closed
   already, and leaves it so, says nothing of it by its mark. #}
with firsts as (
  select * from {{ ref('int_lead_steps') }} where is_first
),

submissions as (
  select * from {{ ref('int_submissions') }}
),

channels as (
  {{ platform_spellings() }}
),

crm as (
  select c.crm_lead_id, c.series_id, c.name_is_test, p.platform
  from {{ ref('int_crm_leads') }} c
  left join channels p on p.spelling = c.channel_name
),

joined as (
  select
    s.lead_id,
    count(*) as submissions,
    min(case when x.is_test then 1 else 0 end) as tests_only,
    min(x.dispatched_at) as dispatched_at
  from {{ ref('int_lead_steps') }} s
  join submissions x on 'submission:' || x.submission_id = s.record_key
  where s.kind = 'submission'
  group by s.lead_id
),

marked as (
  select
    s.lead_id,
    min_by(m.invalid_reason, {{ struct_of({'marked_at': 'm.marked_at', 'invalid_reason': 'm.invalid_reason'}) }})
      as invalid_reason
  from {{ ref('int_lead_steps') }} s
  join {{ ref('int_invalid_marks') }} m on m.own_key = s.record_key
  where s.is_opener and s.kind in ('submission', 'crm_lead')
  group by s.lead_id
)

select
  f.lead_id,
  case when f.party = f.record_key then 'unknown' else f.party end as customer_id,
  f.party,
  f.store_id,
  case
    when f.kind in ('visit', 'order') then 'walk_in'
    else coalesce(s.platform, c.platform, 'other')
  end as platform,
  coalesce(s.series_id, c.series_id) as series_id,
  f.happened_at as received_at,
  coalesce(s.clock_started_at, f.happened_at) as clock_started_at,
  f.kind in ('visit', 'order') or coalesce(s.is_answered_call, false) as is_off_clock,
  coalesce(
    case f.kind
      when 'submission' then j.tests_only = 1
      when 'crm_lead' then c.name_is_test and coalesce(j.tests_only = 1, true)
    end,
    false
  ) as is_test,
  m.invalid_reason,
  j.dispatched_at as platform_dispatched_at,
  f.kind = 'submission' as is_submitted
from firsts f
left join submissions s on 'submission:' || s.submission_id = f.record_key
left join crm c on 'crm_lead:' || c.crm_lead_id = f.record_key
left join joined j on j.lead_id = f.lead_id
left join marked m on m.lead_id = f.lead_id
