{# A vendor's epoch (number or numeric text) to an instant; 0 and blank mean none, and so does what lies beyond the year
   9999: microseconds in a field of milliseconds, or a number whose product would overflow and stop the build. #}
{% macro epoch_ms_at(x) %}{{ epoch_at(x, 1000) }}{% endmacro %}
{% macro epoch_s_at(x) %}{{ epoch_at(x, 1000000) }}{% endmacro %}
{% macro epoch_at(x, microseconds) -%}
{%- set number = "try_cast(" ~ x ~ " as bigint)" -%}
{{ ts_from_epoch_us(
  "case when " ~ number ~ " between 1 and " ~ 253402300799999999 // microseconds ~ " then " ~ number ~ " * " ~ microseconds
  ~ " end"
) }}
{%- endmacro %}
