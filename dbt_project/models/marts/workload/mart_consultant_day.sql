with stretches as (
  select
    *,
    case
      {%- for category in categories() %}
      when is_{{ category }} then '{{ category }}'
      {%- endfor %}
    end as net_category
  from {{ ref('int_person_segments') }}
),

hours as (
  select
    employee_id,
    date_day,
    {{ hours_where('is_shift') }} as shift_hours,
    {{ hours_where('is_tracked') }} as tracked_hours,
    {{ hours_where('is_tracked and is_shift') }} as tracked_shift_hours,
    {{ hours_where('is_customer_facing and is_shift') }} as customer_facing_shift_hours,
    {%- for category in categories() if category != 'control' %}
    {{ hours_where('is_' ~ category) }} as {{ category }}_hours,
    {%- endfor %}
    {%- for category in categories() %}
    {{ hours_where("net_category = '" ~ category ~ "'") }} as {{ category }}_net_hours,
    {%- endfor %}
    {{ hours_where('is_invitation') }} as invitation_hours,
    {{ hours_where('is_meeting and not is_shift and not is_rest_day') }} as after_hours_meeting_hours,
    {{ hours_where('is_meeting and not is_shift and is_rest_day') }} as rest_day_meeting_hours,
    {{ hours_where('is_conflict') }} as conflict_hours,
    {{ hours_where('is_presence') }} as presence_hours,
    {{ hours_where('is_presence and not is_shift') }} as after_hours_presence_hours,
    {{ hours_where('is_presence and not is_shift and not is_customer_facing') }} as after_hours_idle_hours
  from stretches
  group by employee_id, date_day
),

counts as (
  select * from {{ ref('int_person_day_counts') }}
)

select
  d.employee_id,
  d.consultant_key,
  d.date_day,
  d.store_id,
  s.is_rest_day,
  coalesce(h.shift_hours, 0) as shift_hours,
  s.shift_source,
  coalesce(h.tracked_hours, 0) as tracked_hours,
  h.tracked_shift_hours / nullif(h.shift_hours, 0) as coverage,
  coalesce(h.contact_hours, 0) as customer_contact_hours,
  {%- for category in ['reception', 'outreach', 'live', 'delivery', 'meeting', 'training'] %}
  coalesce(h.{{ category }}_hours, 0) as {{ category }}_hours,
  {%- endfor %}
  coalesce(n.control_minutes, 0) / 60.0e0 as control_hours,
  coalesce(h.other_hours, 0) as other_hours,
  (coalesce(n.control_minutes, 0) + coalesce(n.message_minutes, 0)) / 60.0e0 + coalesce(h.outreach_hours, 0)
    as estimated_hours,
  {%- for category in [
    'contact', 'reception', 'outreach', 'live', 'delivery', 'meeting', 'training', 'control', 'other'
  ] %}
  coalesce(h.{{ category }}_net_hours, 0) as {{ category }}_net_hours,
  {%- endfor %}
  {%- for measure in [
    'invitation', 'after_hours_meeting', 'rest_day_meeting', 'conflict', 'presence', 'after_hours_presence',
    'after_hours_idle', 'tracked_shift', 'customer_facing_shift'
  ] %}
  coalesce(h.{{ measure }}_hours, 0) as {{ measure }}_hours,
  {%- endfor %}
  case
    when h.tracked_shift_hours / nullif(h.shift_hours, 0) >= 0.5 then coalesce(n.focus_blocks, 0)
  end as focus_blocks,
  {%- for count in [
    'checkins', 'checkin_kinds', 'tools_used', 'tool_switches', 'notices', 'notices_off_shift'
  ] %}
  coalesce(n.{{ count }}, 0) as {{ count }},
  {%- endfor %}
  coalesce(n.outbound_touches, 0) as outbound_touches
from {{ ref('int_person_days') }} d
inner join {{ ref('fct_shifts') }} s on s.employee_id = d.employee_id and s.date_day = d.date_day
left join hours h on h.employee_id = d.employee_id and h.date_day = d.date_day
left join counts n on n.employee_id = d.employee_id and n.date_day = d.date_day
