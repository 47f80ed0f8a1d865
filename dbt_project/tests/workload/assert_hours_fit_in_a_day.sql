{# Net hours, and own hours of what is a union; control is a sum of estimates and may be more. A part fits in its whole. #}
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
  or tracked_shift_hours > least(shift_hours, tracked_hours) + 1e-6
  or customer_facing_shift_hours > tracked_shift_hours + 1e-6
  or abs(coalesce(coverage, 0) * shift_hours - tracked_shift_hours) > 1e-6
  or after_hours_presence_hours > presence_hours + 1e-6
  or after_hours_idle_hours > after_hours_presence_hours + 1e-6
  or invitation_hours > customer_contact_hours + 1e-6
  or after_hours_meeting_hours + rest_day_meeting_hours > meeting_hours + 1e-6
  or conflict_hours > meeting_hours + training_hours + 1e-6
  or notices_off_shift > notices
