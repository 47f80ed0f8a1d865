{# Net hours, and own hours of what is a union; control is a sum of estimates and may be more. #}
{% set measures = [
  'shift', 'tracked', 'presence', 'customer_contact', 'reception', 'live', 'outreach', 'meeting', 'training'
] %}
select employee_id, date_day
from {{ ref('mart_consultant_day') }}
where
  {%- for measure in measures %}
  {{ measure }}_hours < 0 or {{ measure }}_hours > 24 + 1e-6{{ ' or' if not loop.last }}
  {%- endfor %}
  or coverage < 0
  or coverage > 1 + 1e-6
