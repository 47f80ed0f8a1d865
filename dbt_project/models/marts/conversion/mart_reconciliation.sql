{%- set causes = ['test', 'repeat', 'late', 'day_boundary', 'not_told', 'no_event', 'short_talk'] %}
{%- set key = 'vendor, store_id, measure, date_day' %}
with theirs as (
  select vendor, store_id, measure, date_day, value
  from {{ ref('fct_vendor_counts') }}
  where measure <> 'form_leads'
),

told as (
  select vendor, store_id, measure, date_day, coalesce(account, '') as account, max(told_at) as told_at
  from {{ ref('int_vendor_counts') }}
  group by vendor, store_id, measure, date_day, coalesce(account, '')
),

items as (
  select *, {{ local_day('their_at') }} as their_day from {{ ref('int_reconciled_records') }}
  union all
  select *, {{ local_day('their_at') }} from {{ ref('int_reconciled_states') }}
),

-- What was stored after the vendor last told of that day and account is not in its count.
known as (
  select i.*, t.told_at, coalesce(i.their_at <= t.told_at, false) as is_counted
  from items i
  left join told t
    on t.vendor = i.vendor and t.store_id = i.store_id and t.measure = i.measure and t.date_day = i.their_day
    and t.account = coalesce(i.account, '')
),

effects as (
  select
    vendor, store_id, measure, our_day as date_day, 1 as ours,
    case
      when their_day <> our_day then 'day_boundary'
      when told_at is null then 'not_told'
      when not is_counted then 'late'
      else 'agreed'
    end as cause,
    1 as effect
  from known
  where our_day is not null
  union all
  select
    vendor, store_id, measure, their_day, 0,
    case when our_day is null then cause else 'day_boundary' end, -1
  from known
  where is_counted and (our_day is null or our_day <> their_day)
),

summed as (
  select
    {{ key }},
    cast(sum(ours) as {{ t('int') }}) as ours
    {%- for cause in causes %},
    cast(sum(case when cause = '{{ cause }}' then effect else 0 end) as {{ t('int') }}) as by_{{ cause }}
    {%- endfor %}
  from effects
  group by {{ key }}
),

compared as (
  select
    t.date_day, t.vendor, t.store_id, t.measure, t.value,
    coalesce(s.ours, 0) as ours,
    coalesce(s.ours, 0) - t.value as difference
    {%- for cause in causes %},
    coalesce(s.by_{{ cause }}, 0) as by_{{ cause }}
    {%- endfor %}
  from theirs t
  left join summed s
    on s.vendor = t.vendor and s.store_id = t.store_id and s.measure = t.measure and s.date_day = t.date_day
)

select
  date_day,
  vendor,
  store_id,
  measure,
  ours,
  value as theirs,
  difference,
  nullif(trim(
    {%- for cause in causes %}
    case when by_{{ cause }} <> 0 then ' {{ cause }} ' || cast(by_{{ cause }} as {{ t('text') }}) else '' end
    {{- ' ||' if not loop.last }}
    {%- endfor %}
  ), '') as explained_by,
  difference{% for cause in causes %} - by_{{ cause }}{% endfor %} as unexplained
from compared
