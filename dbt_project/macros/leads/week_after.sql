{# The first week whose end, as_of in the week that still runs, comes after an instant: that of the instant itself; no
   week for what begins at as_of or later. `a` is int_as_of. #}
{% macro week_after(at) -%}
case when {{ at }} < a.as_of then {{ week_start(local_day(at)) }} else {{ last_day() }} end
{%- endmacro %}
