{# The middle of a group's numbers in order, of two the lower; nulls rank last, so that it is null where one is in the
   middle. #}
{% macro middle_value(x) %}{{ adapter.dispatch('middle_value')(x) }}{% endmacro %}
{% macro duckdb__middle_value(x) -%}
nullif(quantile_disc(coalesce({{ x }}, cast('infinity' as double)), 0.5), cast('infinity' as double))
{%- endmacro %}
{% macro spark__middle_value(x) -%}
nullif(
  percentile_disc(0.5) within group (order by coalesce({{ x }}, cast('infinity' as double))), cast('infinity' as double)
)
{%- endmacro %}
