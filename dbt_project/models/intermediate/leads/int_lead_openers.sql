{{ config(materialized='view') }}
{# Which happenings open, and which close what is open. A submission within the reopening period of a delivered or
   invalid lead joins it and leaves it closed; that, and a re-opening in the lead system, only where something had been
   opened. Every opener leaves its lead open, so only the first closer after it closes.

   Which closers close says which submissions open, and these say it of the closers: decided twice, at first as if a closer
   closed wherever no other comes right before it. That misjudges none but a lead that, having ended, was joined and marked
   again for longer than the period, and then a second time. #}
{%- set within = var('reopen_hours') * 3600000000 %}
{%- set placed %}partition by party, store_id order by place rows between unbounded preceding and{% endset %}
with placed as (
  select
    *,
    row_number() over (partition by party, store_id order by happened_at, rank, record_key) as place,
    kind in ('invalid', 'defeat', 'delivery') as is_closer
  from {{ ref('int_lead_happenings') }}
),

guessed as (
  select *, is_closer and not lag(is_closer) over (partition by party, store_id order by place) as is_closing
  from placed
),
{% for pass in [1, 2] %}
known_{{ pass }} as (
  select
    party, store_id, record_key, kind, happened_at, place, is_closer,
    max(case when is_closing and kind <> 'defeat' then happened_at end) over ({{ placed }} 1 preceding) as ended_at,
    max(case when kind in ('visit', 'order', 'reopening') then happened_at end) over ({{ placed }} 1 preceding) as opened_at,
    count(case when kind in ('submission', 'crm_lead', 'visit', 'order') then 1 end) over ({{ placed }} 1 preceding)
      as before
  from {{ 'guessed' if loop.first else 'closed_1' }}
),

judged_{{ pass }} as (
  select
    *,
    case
      when kind in ('visit', 'order') then true
      when kind = 'reopening' then before > 0
      when kind in ('submission', 'crm_lead') then before = 0 or not coalesce(
        {{ epoch_us('happened_at') }} - {{ epoch_us('ended_at') }} < {{ within }}
        and (opened_at is null or opened_at <= ended_at),
        false
      )
      else false
    end as is_opener
  from known_{{ pass }}
),

counted_{{ pass }} as (
  select
    *,
    count(case when is_opener then 1 end) over ({{ placed }} current row) as opener_no,
    max(case when is_opener then place end) over ({{ placed }} current row) as opened_place,
    max(case when is_closer then place end) over ({{ placed }} 1 preceding) as closer_place
  from judged_{{ pass }}
),

closed_{{ pass }} as (
  select *, is_closer and opener_no > 0 and coalesce(closer_place < opened_place, true) as is_closing
  from counted_{{ pass }}
){{ ',' if not loop.last }}
{% endfor %}
select
  party,
  store_id,
  record_key,
  kind,
  happened_at,
  place,
  is_opener,
  is_closing,
  opener_no
from closed_2
