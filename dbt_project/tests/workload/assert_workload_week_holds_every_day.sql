{# The weeks hold exactly the hours of the days, by store and by role, and the tools those of control. #}
{%- set of_stores = ['invitation', 'after_hours_idle', 'conflict', 'outreach'] %}
{%- set of_both = [
  'shift', 'tracked', 'tracked_shift', 'meeting', 'training', 'control', 'estimated', 'after_hours_meeting', 'rest_day_meeting',
  'after_hours_presence'
] %}
{%- for mart, measures in [
  (ref('mart_workload_week'), of_both + of_stores), (ref('mart_workload_role_week'), of_both)
] %}
{%- for measure in measures %}
select '{{ mart.identifier }}' as mart, '{{ measure }}' as measure, w.of_weeks, d.of_days
from (select coalesce(sum({{ measure }}_hours), 0) as of_weeks from {{ mart }}) w
cross join (select coalesce(sum({{ measure }}_hours), 0) as of_days from {{ ref('mart_consultant_day') }}) d
where abs(w.of_weeks - d.of_days) > 1e-3
union all
{%- endfor %}
select '{{ mart.identifier }}', 'customer_facing', w.of_weeks, d.of_days
from (select coalesce(sum(customer_facing_hours), 0) as of_weeks from {{ mart }}) w
cross join (select coalesce(sum(customer_facing_shift_hours), 0) as of_days from {{ ref('mart_consultant_day') }}) d
where abs(w.of_weeks - d.of_days) > 1e-3
union all
{%- endfor %}
select 'mart_control_burden', 'control', b.of_tools, d.of_days
from (select coalesce(sum(hours), 0) as of_tools from {{ ref('mart_control_burden') }}) b
cross join (select coalesce(sum(control_hours), 0) as of_days from {{ ref('mart_consultant_day') }}) d
where abs(b.of_tools - d.of_days) > 1e-3
