{# Hours (double) of a group's stretches for which a condition holds; 0 where there is none. Summed as whole
   microseconds, so that the order of rows does not matter. #}
{% macro hours_where(condition) -%}
cast(
  sum(case when {{ condition }} then {{ epoch_us('ended_at') }} - {{ epoch_us('started_at') }} else 0 end)
  as {{ t('double') }}
) / 3.6e9
{%- endmacro %}
