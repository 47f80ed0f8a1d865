-- A horizon is told once the cohort has that age, and not before; the day of the build is that of the last landing.
select f.*
from {{ ref('mart_conversion_funnel') }} f
cross join (select {{ local_day('as_of') }} as as_of_day from {{ ref('int_as_of') }}) a
where f.as_of_day is null
  or f.as_of_day <> a.as_of_day
  {%- for column, days in [('showed_14d_leads', 14), ('ordered_30d_leads', 30), ('ordered_90d_leads', 90)] %}
  or (f.{{ column }} is null) <> ({{ add_days('f.date_day', days) }} >= a.as_of_day)
  {%- endfor %}
