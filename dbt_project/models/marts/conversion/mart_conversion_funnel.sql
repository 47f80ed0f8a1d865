{%- set day = 86400000000 %}
with as_of as (
  select as_of, {{ local_day('as_of') }} as as_of_day from {{ ref('int_as_of') }}
),

leads as (
  select
    received_day as date_day, store_id, platform,
    count(*) as leads,
    count(case when is_test then 1 end) as test_leads,
    count(case when is_marked_invalid and not is_valid then 1 end) as invalid_leads,
    count(case when is_marked_invalid and is_valid then 1 end) as invalid_unattempted_leads,
    count(case when is_valid then 1 end) as valid_leads,
    count(case when is_valid and first_connected_at is not null then 1 end) as contacted_leads,
    count(case when is_valid and appointment_set_at is not null then 1 end) as invited_leads,
    count(case when is_valid and showed_at is not null then 1 end) as showed_leads,
    count(case when is_valid and showed_at is not null and is_walk_in then 1 end) as walk_in_showed_leads,
    count(case when is_valid and test_drive_at is not null then 1 end) as test_drive_leads,
    count(case when is_valid and ordered_at is not null then 1 end) as ordered_leads,
    count(case when is_valid and delivered_at is not null then 1 end) as delivered_leads,
    count(case when is_valid and defeated_at is not null then 1 end) as defeated_leads,
    count(case when is_valid and has_defeat_reason then 1 end) as defeated_with_reason,
    count(case when is_valid and is_avoidable_defeat then 1 end) as avoidable_defeated_leads,
    {%- for event, days in [('showed', 14), ('ordered', 30), ('ordered', 90)] %}
    count(case
      when is_valid and {{ epoch_us(event ~ '_at') }} - {{ epoch_us('received_at') }} <= {{ days * day }} then 1
    end) as {{ event }}_{{ days }}d_leads{{ ',' if not loop.last }}
    {%- endfor %}
  from {{ ref('fct_leads') }}
  group by received_day, store_id, platform
),

submissions as (
  select
    submitted_day as date_day, store_id, platform,
    count(*) as submissions,
    count(case when is_repeat then 1 end) as repeat_submissions
  from {{ ref('fct_lead_submissions') }}
  group by submitted_day, store_id, platform
),

cells as (
  select date_day, store_id, platform from leads
  union
  select date_day, store_id, platform from submissions
)

select
  c.date_day,
  c.store_id,
  c.platform,
  {%- for m in ['submissions', 'repeat_submissions'] %}
  cast(coalesce(s.{{ m }}, 0) as {{ t('int') }}) as {{ m }},
  {%- endfor %}
  {%- for m in ['leads', 'test_leads', 'invalid_leads', 'invalid_unattempted_leads', 'valid_leads', 'contacted_leads',
    'invited_leads', 'showed_leads', 'walk_in_showed_leads', 'test_drive_leads', 'ordered_leads', 'delivered_leads',
    'defeated_leads', 'defeated_with_reason', 'avoidable_defeated_leads'] %}
  cast(coalesce(l.{{ m }}, 0) as {{ t('int') }}) as {{ m }},
  {%- endfor %}
  {%- for event, days in [('showed', 14), ('ordered', 30), ('ordered', 90)] %}
  case when {{ add_days('c.date_day', days) }} < a.as_of_day then coalesce(l.{{ event }}_{{ days }}d_leads, 0) end
    as {{ event }}_{{ days }}d_leads,
  {%- endfor %}
  a.as_of_day
from cells c
cross join as_of a
left join leads l on l.date_day = c.date_day and l.store_id = c.store_id and l.platform = c.platform
left join submissions s on s.date_day = c.date_day and s.store_id = c.store_id and s.platform = c.platform
