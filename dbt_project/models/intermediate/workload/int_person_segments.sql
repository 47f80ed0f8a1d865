{#- Intervals of a category are united and never overlap, nor do days; calls, shifts and presences may. -#}
{%- set layers = {'day': 1, 'rest_day': 1, 'call': 8, 'invitation': 8, 'shift': 8, 'presence': 8} %}
{%- for category in categories() %}{% do layers.update({category: 1}) %}{% endfor %}
with days as (
  select
    employee_id,
    is_rest_day,
    {{ local_midnight('date_day') }} as started_at,
    {{ local_midnight(add_days('date_day', 1)) }} as ended_at
  from {{ ref('fct_shifts') }}
),

intervals as (
  select employee_id, 'day' as layer, started_at, ended_at from days
  union all
  select employee_id, 'rest_day' as layer, started_at, ended_at from days where is_rest_day
  union all
  select employee_id, 'shift' as layer, shift_start_at as started_at, shift_end_at as ended_at
  from {{ ref('fct_shifts') }}
  union all
  select employee_id, 'presence' as layer, on_duty_at as started_at, off_duty_at as ended_at
  from {{ ref('fct_shifts') }}
  union all
  select employee_id, category as layer, started_at, ended_at from {{ ref('fct_activity_intervals') }}
  union all
  select employee_id, 'call' as layer, started_at, ended_at from {{ ref('int_contact_calls') }}
  union all
  select employee_id, 'invitation' as layer, started_at, ended_at
  from {{ ref('int_contact_calls') }}
  where is_invitation
),

stretches as (
  {{ timeline('intervals', 'employee_id', layers) }}
),

judged as (
  select *, is_{{ categories() | join(' or is_') }} as is_tracked
  from stretches
)

select
  employee_id,
  {{ local_day('started_at') }} as date_day,
  started_at,
  ended_at,
  {%- for layer in layers if layer != 'day' %}
  is_{{ layer }},
  {%- endfor %}
  is_tracked,
  is_{{ customer_facing() | join(' or is_') }} as is_customer_facing,
  (is_meeting or is_training) and (is_reception or is_call) as is_conflict
from judged
where is_day and (is_tracked or is_shift or is_presence)
