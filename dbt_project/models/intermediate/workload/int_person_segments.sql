{% set layers = categories() + ['call', 'invitation', 'shift', 'presence'] %}

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

judged as (
  select
    *,
    case
      {%- for category in categories() %}
      when is_{{ category }} then '{{ category }}'
      {%- endfor %}
    end as net_category,
    is_{{ customer_facing() | join(' or is_') }} as is_customer_facing,
    {{ local_day('started_at') }} as date_day
  from stretches
)

select
  j.employee_id,
  j.date_day,
  j.started_at,
  j.ended_at,
  j.net_category,
  j.net_category is not null as is_tracked,
  j.is_customer_facing,
  {%- for layer in layers %}
  j.is_{{ layer }},
  {%- endfor %}
  (j.is_meeting or j.is_training) and (j.is_reception or j.is_call) as is_conflict,
  s.is_rest_day
from judged j
inner join {{ ref('fct_shifts') }} s on s.employee_id = j.employee_id and s.date_day = j.date_day
where j.net_category is not null or j.is_shift or j.is_presence
