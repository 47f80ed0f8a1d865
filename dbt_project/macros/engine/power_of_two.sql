{# Two to the power of a whole number below 63, as a whole number; written out, some would read as a phone number. #}
{% macro power_of_two(n) %}{{ adapter.dispatch('power_of_two')(n) }}{% endmacro %}
{% macro duckdb__power_of_two(n) %}(cast(1 as bigint) << {{ n }}){% endmacro %}
{% macro spark__power_of_two(n) %}shiftleft(cast(1 as bigint), {{ n }}){% endmacro %}
