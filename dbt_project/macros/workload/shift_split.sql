{# How much of each `key` and person's intervals lies outside the shift (on working days, on rest days) and beside a
   reception or a call. `intervals` has the key, employee_id, started_at, ended_at, none overlapping for one key. #}
{% macro shift_split(intervals, key) %}
select
  {{ key }},
  employee_id,
  {{ hours_where('not is_shift and not is_rest_day') }} as after_hours_hours,
  {{ hours_where('not is_shift and is_rest_day') }} as rest_day_hours,
  {{ hours_where('is_conflict') }} as conflict_hours
from (
  select
    i.{{ key }},
    i.employee_id,
    greatest(i.started_at, s.started_at) as started_at,
    least(i.ended_at, s.ended_at) as ended_at,
    s.is_shift,
    s.is_rest_day,
    s.is_reception or s.is_call as is_conflict
  from (
    select {{ key }}, employee_id, started_at, ended_at,
      {{ each_day(local_day('started_at'), local_day('ended_at')) }} as date_day
    from {{ intervals }}
  ) i
  inner join {{ ref('int_person_segments') }} s
    on
      s.employee_id = i.employee_id
      and s.date_day = i.date_day
      and s.started_at < i.ended_at
      and s.ended_at > i.started_at
) pieces
group by {{ key }}, employee_id
{% endmacro %}
