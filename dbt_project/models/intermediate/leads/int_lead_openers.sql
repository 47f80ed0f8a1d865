{{ config(materialized='view') }}
{# Which happenings open and which close a lead, and which begin a new one, one after the other: `turns` has a letter for each,
   B begins a lead, J joins or opens one, R re-opens it, C closes it, - leaves it as it is. A submission within the reopening
   period of a delivered or invalid lead joins it and leaves it closed; that, and a defeat taken back, only where something had
   been opened. A defeat, a mark and a delivery close the lead their own record is of, while no other has begun since:
   `own_key` is the record that opened or joined it. -#}
{%- set party = 'party, store_id' %}
{%- set is_of_lead = 'x.own_place < x.place and x.own_place >= acc.begun_place' %}
{%- set turn -%}
case
  when x.is_record and (
    acc.begun_place = 0
    or (acc.closed_by <> '' and (x.kind in ('visit', 'order') or x.at - acc.closed_at >= {{ var('reopen_hours') * 3600000000 }}))
  ) then 'B'
  when x.is_record or (x.kind = 'reopening' and {{ is_of_lead }})
    then case acc.closed_by when '' then 'J' when 'defeat' then 'R' else '-' end
  when acc.closed_by = '' and {{ is_of_lead }} then 'C'
  else '-'
end
{%- endset %}
with placed as (
  select
    *,
    row_number() over (partition by {{ party }} order by happened_at, rank, record_key) as place,
    kind in ('submission', 'crm_lead', 'visit', 'order') as is_record
  from {{ ref('int_lead_happenings') }}
),

owned as (
  select
    *,
    coalesce(max(case when is_record then place end) over (partition by {{ party }}, own_key), place) as own_place
  from placed
),

leads as (
  select
    {{ party }},
    {{ reduced(
      {
        'place': 'place',
        'kind': 'kind',
        'is_record': 'is_record',
        'own_place': 'own_place',
        'at': epoch_us('happened_at'),
        'turns': "case when is_record then 'B' else '-' end",
        'begun_place': 'case when is_record then place else 0 end',
        'closed_by': "''",
        'closed_at': epoch_us('happened_at'),
      },
      {
        'turns': 'acc.turns || ' ~ turn,
        'begun_place': "case when " ~ turn ~ " = 'B' then x.place else acc.begun_place end",
        'closed_by': "case " ~ turn ~ " when '-' then acc.closed_by when 'C' then x.kind else '' end",
        'closed_at': "case when " ~ turn ~ " = 'C' then x.at else acc.closed_at end",
      }
    ) }}.turns as turns
  from owned
  group by {{ party }}
),

turned as (
  select
    p.*,
    substr(l.turns, cast(p.place as int), 1) as turn
  from placed p
  join leads l on l.party = p.party and l.store_id = p.store_id
)

select
  party,
  store_id,
  record_key,
  own_key,
  kind,
  is_record,
  happened_at,
  place,
  turn in ('B', 'J', 'R') as is_opener,
  turn = 'B' as is_first,
  turn = 'R' as is_reopening,
  turn = 'C' as is_closing,
  count(case when turn in ('B', 'J', 'R') then 1 end)
    over (partition by {{ party }} order by place rows between unbounded preceding and current row) as opener_no
from turned
