{# A sum of hours or minutes (doubles) that does not depend on the order of rows: added as whole microseconds. #}
{% macro sum_hours(hours) -%}
cast(sum(cast(round({{ hours }} * 3.6e9) as bigint)) as {{ t('double') }}) / 3.6e9
{%- endmacro %}
{% macro sum_minutes(minutes) -%}
cast(sum(cast(round({{ minutes }} * 6e7) as bigint)) as {{ t('double') }}) / 6e7
{%- endmacro %}
