{# The business day on which somebody at work does what happens at an instant: a late shift's ends at five in the morning. #}
{% macro working_day(at) %}{{ local_day(add_seconds(at, '-18000e0')) }}{% endmacro %}
