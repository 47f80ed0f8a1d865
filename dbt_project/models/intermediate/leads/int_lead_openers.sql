{{ config(materialized='view') }}
{# Which happenings open, and which close what is open. A submission within the reopening period of a delivered or
   invalid lead joins it and leaves it closed; that, and a re-opening in the lead system, only where something had been
   opened. Every opener leaves its lead open, so only the first closer after it closes. #}
{%- set within = var('reopen_hours') * 3600000000 %}
{%- set in_order %}partition by party, store_id order by happened_at, rank, record_key{% endset %}
{%- set before %}{{ in_order }} rows between unbounded preceding and 1 preceding{% endset %}
{%- set placed %}partition by party, store_id order by place rows between unbounded preceding and{% endset %}
with ordered as (
  select
    *,
    row_number() over ({{ in_order }}) as place,
    max(case when kind in ('invalid', 'delivery') then happened_at end) over ({{ before }}) as ended_at,
    max(case when kind in ('visit', 'order') then happened_at end) over ({{ before }}) as came_at,
    count(case when kind in ('submission', 'crm_lead', 'visit', 'order') then 1 end) over ({{ before }}) as before
  from {{ ref('int_lead_happenings') }}
),

judged as (
  select
    party,
    store_id,
    record_key,
    kind,
    happened_at,
    place,
    case
      when kind in ('visit', 'order') then true
      when kind = 'reopening' then before > 0
      when kind in ('submission', 'crm_lead') then before = 0 or not coalesce(
        {{ epoch_us('happened_at') }} - {{ epoch_us('ended_at') }} < {{ within }}
        and (came_at is null or came_at <= ended_at),
        false
      )
      else false
    end as is_opener,
    kind in ('invalid', 'defeat', 'delivery') as is_closer
  from ordered
),

counted as (
  select
    *,
    count(case when is_opener then 1 end) over ({{ placed }} current row) as opener_no,
    max(case when is_opener then place end) over ({{ placed }} current row) as opened_place,
    max(case when is_closer then place end) over ({{ placed }} 1 preceding) as closer_place
  from judged
)

select
  party,
  store_id,
  record_key,
  kind,
  happened_at,
  place,
  is_opener,
  is_closer and opener_no > 0 and coalesce(closer_place < opened_place, true) as is_closing,
  opener_no
from counted
