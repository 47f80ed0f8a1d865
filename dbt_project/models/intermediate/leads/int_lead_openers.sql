{# Which happenings open. A submission within the reopening period of a delivered or invalid lead joins it and leaves
   it closed; a re-opening in the lead system counts only where something had been opened. #}
{%- set within = var('reopen_hours') * 3600000000 %}
{%- set so_far %}partition by party, store_id order by happened_at, rank, record_key rows between unbounded preceding and 1 preceding{% endset %}
with ordered as (
  select
    *,
    max(case when kind in ('invalid', 'delivery') then happened_at end) over ({{ so_far }}) as ended_at,
    max(case when kind in ('visit', 'order') then happened_at end) over ({{ so_far }}) as came_at,
    count(case when kind in ('submission', 'crm_lead', 'visit', 'order') then 1 end) over ({{ so_far }}) as before
  from {{ ref('int_lead_happenings') }}
),

judged as (
  select
    *,
    case
      when kind in ('visit', 'order') then true
      when kind = 'reopening' then before > 0
      when kind in ('submission', 'crm_lead') then not coalesce(
        {{ epoch_us('happened_at') }} - {{ epoch_us('ended_at') }} < {{ within }}
        and (came_at is null or came_at <= ended_at),
        false
      )
      else false
    end as is_opener,
    kind in ('invalid', 'defeat', 'delivery') as is_closer
  from ordered
)

select
  party,
  store_id,
  record_key,
  kind,
  rank,
  happened_at,
  is_opener,
  is_closer,
  sum(case when is_opener then 1 else 0 end) over (
    partition by party, store_id order by happened_at, rank, record_key
    rows between unbounded preceding and current row
  ) as opener_no
from judged
