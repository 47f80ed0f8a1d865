{# A row for each date from one to another that is not before it, both included; for the select list. #}
{% macro each_day(first, last) %}{{ adapter.dispatch('each_day')(first, last) }}{% endmacro %}
{% macro duckdb__each_day(first, last) %}cast(unnest(generate_series({{ first }}, {{ last }}, interval 1 day)) as date){% endmacro %}
{% macro spark__each_day(first, last) %}explode(sequence({{ first }}, {{ last }})){% endmacro %}
