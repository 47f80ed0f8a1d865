{# Control apart: its own hours belong to the day of the action, its net hours may begin before midnight. #}
{% set own = {'contact': 'customer_contact'} %}
select employee_id, date_day
from {{ ref('mart_consultant_day') }}
where
  {%- for category in categories() if category != 'control' %}
  {{ category }}_net_hours > {{ own.get(category, category) }}_hours + 1e-6{{ ' or' if not loop.last }}
  {%- endfor %}
