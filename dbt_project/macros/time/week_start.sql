{# The Monday and the first of the month of a business date. #}
{% macro week_start(day) %}cast(date_trunc('week', {{ day }}) as date){% endmacro %}
{% macro month_start(day) %}cast(date_trunc('month', {{ day }}) as date){% endmacro %}
