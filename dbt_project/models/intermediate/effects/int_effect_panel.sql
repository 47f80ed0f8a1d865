{# Stores x weeks x measures: what the effects are estimated from. Whole weeks alone, and of what becomes of leads only
   weeks whose leads are all 14 days old; a rate of fewer than five leads is none. #}
with weeks as (
  select
    w.week_start_date,
    w.store_id,
    w.customer_facing_ratio,
    w.control_hours / w.persons as control_hours_per_person
  from {{ ref('mart_workload_week') }} w
  cross join {{ ref('int_as_of') }} a
  where
    {{ local_midnight(add_days('w.week_start_date', 7)) }} <= a.as_of
    and w.shift_hours > 0
    and w.store_id <> 'unknown'
),

leads as (
  select
    {{ week_start('l.received_day') }} as week_start_date,
    l.store_id,
    count(*) as valid_leads,
    sum(case when l.is_on_clock then 1 else 0 end) as clock_leads,
    sum(case when l.is_on_clock and l.first_response_minutes <= 30 then 1 else 0 end) as answered,
    sum(case when l.first_connected_at < {{ add_seconds('l.received_at', '1209600e0') }} then 1 else 0 end) as contacted,
    sum(case when l.appointment_set_at < {{ add_seconds('l.received_at', '1209600e0') }} then 1 else 0 end) as invited,
    sum(case when l.showed_at < {{ add_seconds('l.received_at', '1209600e0') }} then 1 else 0 end) as showed
  from {{ ref('fct_leads') }} l
  cross join {{ ref('int_as_of') }} a
  where
    l.is_valid
    and {{ local_midnight(add_days(week_start('l.received_day'), 21)) }} <= a.as_of
  group by {{ week_start('l.received_day') }}, l.store_id
),

outcomes as (
  select week_start_date, store_id, 'customer_facing_ratio' as measure, customer_facing_ratio as outcome
  from weeks
  {%- for measure, count, of in [
    ('response_30m_rate', 'answered', 'clock_leads'),
    ('contacted_14d_rate', 'contacted', 'valid_leads'),
    ('invited_14d_rate', 'invited', 'valid_leads'),
    ('showed_14d_rate', 'showed', 'valid_leads')
  ] %}
  union all
  select
    week_start_date,
    store_id,
    '{{ measure }}' as measure,
    cast({{ count }} as {{ t('double') }}) / {{ of }} as outcome
  from leads
  where {{ of }} >= 5
  {%- endfor %}
)

select
  o.store_id,
  o.week_start_date,
  o.measure,
  w.control_hours_per_person,
  o.outcome
from outcomes o
inner join weeks w on w.week_start_date = o.week_start_date and w.store_id = o.store_id
