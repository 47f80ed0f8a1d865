select employee_id, date_day, tracked_hours
from {{ ref('mart_consultant_day') }}
where abs(
  tracked_hours - (
    {%- for category in categories() %}
    {{ category }}_net_hours{{ ' +' if not loop.last }}
    {%- endfor %}
  )
) > 1e-6
