-- A ratio is the quotient of its row's hours, null without them.
{%- for mart in [ref('mart_workload_week'), ref('mart_workload_role_week')] %}
select '{{ mart.identifier }}' as mart, week_start_date, shift_hours
from {{ mart }}
where customer_facing_hours > tracked_shift_hours + 1e-6
  or tracked_shift_hours > least(shift_hours, tracked_hours) + 1e-6
  {%- for ratio, part, whole in [
    ('coverage', 'tracked_shift_hours', 'shift_hours'),
    ('customer_facing_ratio', 'customer_facing_hours', 'shift_hours'),
    ('customer_facing_ratio_tracked', 'customer_facing_hours', 'tracked_shift_hours')
  ] %}
  or ({{ ratio }} is null) <> ({{ whole }} = 0)
  or abs({{ ratio }} * {{ whole }} - {{ part }}) > 1e-6
  {%- endfor %}
{{ 'union all' if not loop.last }}
{%- endfor %}
