{# The instant of a time of day (`HH:MM` text, up to 24:00) on a business date. #}
{% macro day_at(day, clock) %}{{ add_seconds(local_midnight(day), '60 * ' ~ clock_minutes(clock)) }}{% endmacro %}
