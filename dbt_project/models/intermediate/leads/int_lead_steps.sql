{# Every opener leaves its lead open, so only the first closer after it decides about the next opener. #}
{%- set within = var('reopen_hours') * 3600000000 %}
with steps as (
  select
    *,
    case when is_closer then row_number() over (
      partition by party, store_id, opener_no, is_closer order by happened_at, rank, record_key
    ) = 1 else false end as is_closing,
    min(case when is_closer then happened_at end) over (partition by party, store_id, opener_no) as closed_at
  from {{ ref('int_lead_openers') }}
),

openers as (
  select party, store_id, opener_no, kind, happened_at, record_key,
    lag(closed_at) over (partition by party, store_id order by opener_no) as left_closed_at
  from steps
  where is_opener
),

decided as (
  select
    *,
    case
      when opener_no = 1 then true
      when left_closed_at is null or kind = 'reopening' then false
      when kind in ('visit', 'order') then true
      else {{ epoch_us('happened_at') }} - {{ epoch_us('left_closed_at') }} >= {{ within }}
    end as is_new
  from openers
),

numbered as (
  select
    *,
    sum(case when is_new then 1 else 0 end) over (
      partition by party, store_id order by opener_no rows between unbounded preceding and current row
    ) as lead_no
  from decided
),

named as (
  select
    party, store_id, opener_no, is_new,
    not is_new and left_closed_at is not null as is_reopening,
    'l' || substr(md5(first_value(record_key) over (
      partition by party, store_id, lead_no order by opener_no
    )), 1, 16) as lead_id
  from numbered
)

select
  n.lead_id,
  s.party,
  s.store_id,
  s.record_key,
  s.kind,
  s.happened_at,
  s.opener_no,
  s.is_opener,
  s.is_opener and n.is_new as is_first,
  s.is_opener and n.is_reopening as is_reopening,
  s.is_closing
from steps s
join named n on n.party = s.party and n.store_id = s.store_id and n.opener_no = s.opener_no
