{# Minutes (double) from one instant to a later one; exact to the microsecond. #}
{% macro minutes_between(a, b) %}(({{ epoch_us(b) }} - {{ epoch_us(a) }}) / 60000000.0e0){% endmacro %}
{% macro hours_between(a, b) %}(({{ epoch_us(b) }} - {{ epoch_us(a) }}) / 3600000000.0e0){% endmacro %}
{# Seconds (double) of a span that may not have begun or ended: then 0. #}
{% macro seconds_of(a, b) %}coalesce(greatest(({{ epoch_us(b) }} - {{ epoch_us(a) }}) / 1000000.0e0, 0), 0){% endmacro %}
