{# The categories of a person's time in order of precedence: the first that covers a stretch has its net hours. #}
{% macro categories() %}
{{ return(['reception', 'delivery', 'contact', 'live', 'outreach', 'meeting', 'training', 'control', 'other']) }}
{% endmacro %}

{# Those in which a customer is served. #}
{% macro customer_facing() %}
{{ return(['reception', 'delivery', 'contact', 'live', 'outreach']) }}
{% endmacro %}

{# The hours that a week sums up, beside those in front of customers. #}
{% macro workload_measures() %}
{{ return([
  'shift', 'tracked', 'tracked_shift', 'meeting', 'training', 'control', 'estimated', 'invitation',
  'after_hours_meeting', 'rest_day_meeting', 'after_hours_presence', 'after_hours_idle', 'conflict', 'outreach',
  'customer_net', 'meeting_net', 'training_net', 'control_net', 'other_net'
]) }}
{% endmacro %}
