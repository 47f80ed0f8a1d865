{# Minutes a store had been open in all days up to an instant, its hours being HH:MM texts, those that do not end later
   than they begin ending on the next day: the difference of two such numbers is the time between two instants on the
   store's own clock. Days of UTC+8, which begin here as the store opens. #}
{% macro open_minutes(at, opens, closes) -%}
{%- set day = 86400000000 %}
{%- set opened %}({{ epoch_us(at) }} + 28800000000 - 60000000 * {{ clock_minutes(opens) }}){% endset %}
{%- set of_a_day %}(60000000 * (
  {{ clock_minutes(closes) }} - {{ clock_minutes(opens) }} + case when {{ closes }} > {{ opens }} then 0 else 1440 end
)){% endset -%}
((
  {{ int_div(opened, day) }} * {{ of_a_day }} + least({{ opened }} - {{ int_div(opened, day) }} * {{ day }}, {{ of_a_day }})
) / 60000000.0e0)
{%- endmacro %}
{# Minutes a store was open between two instants. #}
{% macro open_between(begins, ends, opens, closes) -%}
{{ open_minutes(ends, opens, closes) }} - {{ open_minutes(begins, opens, closes) }}
{%- endmacro %}
