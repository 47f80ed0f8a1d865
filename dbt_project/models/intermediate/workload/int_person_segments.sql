{#- Intervals of a category are united and never overlap; calls, shifts and presences may. -#}
{%- set layers = {} %}
{%- for category in categories() %}{% do layers.update({category: 1}) %}{% endfor %}
{%- for layer in ['call', 'invitation', 'shift', 'presence'] %}{% do layers.update({layer: 8}) %}{% endfor %}
with activities as (
  select employee_id, category as layer, started_at, ended_at from {{ ref('fct_activity_intervals') }}
  union all
  select employee_id, 'call' as layer, started_at, ended_at from {{ ref('int_contact_calls') }}
  union all
  select employee_id, 'invitation' as layer, started_at, ended_at
  from {{ ref('int_contact_calls') }}
  where is_invitation
  union all
  select employee_id, 'shift' as layer, shift_start_at as started_at, shift_end_at as ended_at
  from {{ ref('fct_shifts') }}
  union all
  select employee_id, 'presence' as layer, on_duty_at as started_at, off_duty_at as ended_at
  from {{ ref('fct_shifts') }}
),

midnights as (
  select employee_id, day_start_at as cut_at from {{ ref('int_person_days') }}
  union all
  select employee_id, day_end_at as cut_at from {{ ref('int_person_days') }}
),

stretches as (
  {{ timeline('activities', 'midnights', 'employee_id', layers) }}
),

dated as (
  select *, {{ local_day('started_at') }} as date_day from stretches
)

select
  d.employee_id,
  d.date_day,
  d.started_at,
  d.ended_at,
  {%- for layer in layers %}
  d.is_{{ layer }},
  {%- endfor %}
  d.is_{{ categories() | join(' or d.is_') }} as is_tracked,
  d.is_{{ customer_facing() | join(' or d.is_') }} as is_customer_facing,
  (d.is_meeting or d.is_training) and (d.is_reception or d.is_call) as is_conflict,
  s.is_rest_day
from dated d
inner join {{ ref('fct_shifts') }} s on s.employee_id = d.employee_id and s.date_day = d.date_day
