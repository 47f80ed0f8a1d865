{%- set thresholds = {'5m': 5, '15m': 15, '30m': 30, '60m': 60, '240m': 240, '1d': 1440} %}
{%- set quantiles = {
  'median_response_minutes': ['first_response_minutes', 1, 2],
  'p90_response_minutes': ['first_response_minutes', 9, 10],
  'median_business_minutes': ['first_response_business_minutes', 1, 2],
  'median_from_dispatch_minutes': ['response_from_dispatch_minutes', 1, 2],
  'median_business_from_dispatch_minutes': ['response_from_dispatch_business_minutes', 1, 2]
} %}
{%- set cell = 'week_start_date, store_id, platform' %}
with leads as (
  select *, {{ week_start('received_day') }} as week_start_date
  from {{ ref('int_response_ages') }}
),

-- Unresponded leads rank last, as if they took for ever.
ranked as (
  select
    *,
    {%- for column in quantiles.values() | map('first') | unique %}
    row_number() over (
      partition by {{ cell }}, is_on_clock{{ ', dispatched_at is null' if 'dispatch' in column }}
      order by {{ column }} nulls last
    ) as {{ column }}_rank,
    count(*) over (
      partition by {{ cell }}, is_on_clock{{ ', dispatched_at is null' if 'dispatch' in column }}
    ) as {{ column }}_of{{ ',' if not loop.last }}
    {%- endfor %}
  from leads
)

select
  week_start_date,
  store_id,
  platform,
  count(*) as valid_leads,
  count(case when is_on_clock then 1 end) as clock_leads,
  {%- for name, minutes in thresholds.items() %}
  count(case when is_on_clock and age_minutes > {{ minutes }} and first_response_minutes <= {{ minutes }} then 1 end)
    as le_{{ name }},
  count(case when is_on_clock and age_minutes > {{ minutes }} then 1 end) as eligible_{{ name }},
  {%- endfor %}
  count(case when is_on_clock and first_response_minutes is null and age_minutes > 1440 then 1 end) as never,
  count(case when is_on_clock and first_response_minutes is null and age_minutes <= 1440 then 1 end) as still_open,
  {%- for minutes in [5, 30] %}
  count(case
    when is_on_clock and age_minutes > {{ minutes }} and first_response_business_minutes <= {{ minutes }} then 1
  end) as business_le_{{ minutes }}m,
  count(case
    when is_on_clock and age_minutes > {{ minutes }} and coalesce(unanswered_business_minutes > {{ minutes }}, true) then 1
  end) as business_eligible_{{ minutes }}m,
  {%- endfor %}
  {%- for name, q in quantiles.items() %}
  min(case
    when is_on_clock{{ ' and dispatched_at is not null' if 'dispatch' in name }} and {{ q[0] }}_of >= 5
      and {{ q[0] }}_rank * {{ q[2] }} >= {{ q[0] }}_of * {{ q[1] }}
      then {{ q[0] }}
  end) as {{ name }}{{ ',' if not loop.last }}
  {%- endfor %}
from ranked
group by {{ cell }}
