{# Minutes a store had been open in all days up to an instant, its hours being HH:MM texts: the difference of
   two such numbers is the time between two instants on the store's own clock. #}
{% macro open_minutes(at, opens, closes) -%}
(
  {%- set day = local_day(at) %}
  {{ dbt.datediff("cast('1970-01-01' as date)", day, 'day') }}
    * ({{ clock_minutes(closes) }} - {{ clock_minutes(opens) }})
  + least(
      greatest({{ minutes_between(local_midnight(day), at) }} - {{ clock_minutes(opens) }}, 0),
      {{ clock_minutes(closes) }} - {{ clock_minutes(opens) }}
    )
)
{%- endmacro %}
{% macro clock_minutes(clock) -%}
(cast(substr({{ clock }}, 1, 2) as double) * 60 + cast(substr({{ clock }}, 4, 2) as double))
{%- endmacro %}
