{# A date so many days later (a negative number: earlier). #}
{% macro add_days(day, n) %}{{ adapter.dispatch('add_days')(day, n) }}{% endmacro %}
{% macro duckdb__add_days(day, n) %}({{ day }} + cast({{ n }} as integer)){% endmacro %}
{% macro spark__add_days(day, n) %}date_add({{ day }}, cast({{ n }} as int)){% endmacro %}
