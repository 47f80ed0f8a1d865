{# Each typed follow-up with what is odd about it as data. Limits are assumed: five within ten minutes, one text on three
   leads in a month, a call of at most three seconds written up as a talk, no trace of a contact in 24 hours. #}
with typed as (
  select
    f.record_key,
    f.employee_id,
    f.crm_lead_id,
    f.followed_at,
    {{ local_day('f.followed_at') }} as date_day,
    {{ month_start(local_day('f.followed_at')) }} as month_start_date,
    trim(coalesce(f.follow_record, '')) as words,
    lead(f.followed_at, 4) over (partition by f.employee_id order by f.followed_at, f.record_key) as fifth_at,
    l.lead_id
  from {{ ref('int_follow_ups_typed') }} f
  left join {{ ref('int_crm_lead_leads') }} l on l.crm_lead_id = f.crm_lead_id
  where f.employee_id <> 'unmatched'
),

repeated as (
  select employee_id, month_start_date, words
  from typed
  where length(words) >= 4
  group by employee_id, month_start_date, words
  having count(distinct coalesce(lead_id, crm_lead_id)) >= 3
),

attended as (
  select
    employee_id,
    started_at,
    ended_at,
    {{ each_day(local_day('started_at'), local_day('ended_at')) }} as date_day
  from {{ ref('fct_activity_intervals') }}
  where category in ('meeting', 'training')
),

in_meetings as (
  select distinct t.record_key
  from typed t
  inner join attended i
    on
      i.employee_id = t.employee_id
      and i.date_day = t.date_day
      and t.followed_at >= i.started_at
      and t.followed_at < i.ended_at
),

touched as (
  select
    t.record_key,
    max(case
      when c.channel = 'call' and c.employee_id = t.employee_id and c.direction = 'outbound'
        and {{ minutes_between('c.started_at', 't.followed_at') }} <= 30 then c.talk_seconds
    end) as talk_seconds
  from typed t
  inner join {{ ref('fct_touches') }} c
    on
      c.lead_id = t.lead_id
      and c.started_at <= t.followed_at
      and {{ minutes_between('c.started_at', 't.followed_at') }} <= 1440
  group by t.record_key
),

visited as (
  select distinct t.record_key
  from typed t
  inner join {{ ref('fct_visits') }} v
    on
      v.lead_id = t.lead_id
      and v.arrived_at <= t.followed_at
      and {{ minutes_between('v.arrived_at', 't.followed_at') }} <= 1440
)

select
  t.record_key,
  t.employee_id,
  t.date_day,
  max(case when {{ minutes_between('t.followed_at', 't.fifth_at') }} <= 10 then 1 else 0 end) over (
    partition by t.employee_id order by t.followed_at, t.record_key rows between 4 preceding and current row
  ) = 1 as is_burst,
  r.words is not null as is_identical,
  m.record_key is not null as is_in_meeting,
  c.talk_seconds is not null as is_after_call,
  coalesce(
    c.talk_seconds <= 3 and not {{ regexp_has('t.words', '未接|没接|无人|不接|关机|停机|空号|占线|拒接|挂断|未通') }},
    false
  ) as is_short_call_as_talked,
  c.record_key is null and v.record_key is null as is_logged_only
from typed t
left join repeated r
  on r.employee_id = t.employee_id and r.month_start_date = t.month_start_date and r.words = t.words
left join in_meetings m on m.record_key = t.record_key
left join touched c on c.record_key = t.record_key
left join visited v on v.record_key = t.record_key
