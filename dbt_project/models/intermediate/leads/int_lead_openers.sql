{{ config(materialized='view') }}
{# Which happenings open and which close a lead, and which begin a new one. A submission within the reopening period of a
   delivered or invalid lead joins it and leaves it closed; that, and a defeat taken back, only where something had been opened.
   A defeat, a mark and a delivery close the lead their own record is of, while no other has begun since: `own_key` is the record
   that opened or joined it. Every opener leaves its lead open, so only the first such closer after it closes.

   Which closers close says which leads begin, and these say it of the closers that follow: where there are any, decided as if
   all were of one lead and a closer closed wherever no other comes right before it, and three times more where there is more
   than one of them. Each time the first that was misjudged, at the least, comes right. -#}
{%- set within = var('reopen_hours') * 3600000000 %}
{%- set placed %}partition by party, store_id order by place rows between unbounded preceding and{% endset %}
with placed as (
  select
    *,
    row_number() over (partition by party, store_id order by happened_at, rank, record_key) as place,
    kind in ('submission', 'crm_lead', 'visit', 'order') as is_record,
    kind in ('invalid', 'defeat', 'delivery') as is_closer
  from {{ ref('int_lead_happenings') }}
),

decided_0 as (
  select
    *,
    kind in ('visit', 'order', 'reopening') as is_opener,
    false as is_first,
    is_closer and not lag(is_closer) over (partition by party, store_id order by place) as is_closing,
    count(case when not is_record then 1 end) over (partition by party, store_id) as turns,
    max(case when is_record then place end) over (partition by party, store_id, own_key) as own_place
  from placed
),
{% for pass in [1, 2, 3, 4] %}
known_{{ pass }} as (
  select
    party, store_id, record_key, own_key, kind, happened_at, place, own_place, is_record, is_closer, turns,
    coalesce(
      own_place < place
      and own_place >= coalesce(max(case when is_first then place end) over ({{ placed }} current row), 0),
      false
    ) as is_of_lead,
    max(case when is_opener then place end) over ({{ placed }} 1 preceding) as opened_place,
    max(case when is_closing and kind <> 'defeat' then place end) over ({{ placed }} 1 preceding) as ended_place,
    max(case when is_closing and kind <> 'defeat' then happened_at end) over ({{ placed }} 1 preceding) as ended_at,
    count(case when is_record then 1 end) over ({{ placed }} 1 preceding) as before
  from decided_{{ pass - 1 }}
  {{ 'where turns > 0' if pass == 1 else 'where turns > 1' if pass == 2 }}
),

judged_{{ pass }} as (
  select
    *,
    is_closer and is_of_lead as may_close,
    case
      when kind in ('visit', 'order') or (is_record and before = 0) then true
      when ended_place > coalesce(opened_place, 0)
        then is_record and {{ epoch_us('happened_at') }} - {{ epoch_us('ended_at') }} >= {{ within }}
      else is_record or (kind = 'reopening' and is_of_lead and before > 0)
    end as is_opener
  from known_{{ pass }}
),

counted_{{ pass }} as (
  select
    *,
    count(case when is_opener then 1 end) over ({{ placed }} current row) as opener_no,
    max(case when is_opener then place end) over ({{ placed }} current row) as last_opener_place,
    max(case when is_opener then place end) over ({{ placed }} 1 preceding) as opener_place_before,
    max(case when may_close then place end) over ({{ placed }} 1 preceding) as closer_place
  from judged_{{ pass }}
),

closed_{{ pass }} as (
  select *, may_close and opener_no > 0 and coalesce(closer_place < last_opener_place, true) as is_closing
  from counted_{{ pass }}
),

found_{{ pass }} as (
  select
    *,
    is_opener and coalesce(
      max(case when is_closing then place end) over ({{ placed }} 1 preceding) > opener_place_before, false
    ) as found_closed,
    max(case when is_closing then happened_at end) over ({{ placed }} 1 preceding) as closed_at
  from closed_{{ pass }}
),

decided_{{ pass }} as (
  select
    *,
    is_opener and (
      opener_no = 1
      or (found_closed and kind in ('visit', 'order'))
      or (
        found_closed and kind <> 'reopening'
        and {{ epoch_us('happened_at') }} - {{ epoch_us('closed_at') }} >= {{ within }}
      )
    ) as is_first
  from found_{{ pass }}
),
{% endfor %}
{%- set held = 'party, store_id, record_key, own_key, kind, is_record, happened_at, place' %}
decided as (
  select {{ held }}, is_opener, is_first, found_closed, is_closing, opener_no from decided_1 where turns = 1
  union all
  select {{ held }}, is_opener, is_first, found_closed, is_closing, opener_no from decided_4
  union all
  select
    {{ held }},
    true as is_opener, place = 1 as is_first, false as found_closed, false as is_closing, place as opener_no
  from decided_0
  where turns = 0
)

select
  {{ held }},
  is_opener,
  is_first,
  found_closed and not is_first as is_reopening,
  is_closing,
  opener_no
from decided
