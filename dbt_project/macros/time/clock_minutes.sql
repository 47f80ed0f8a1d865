{# Minutes from midnight to a time of day (`HH:MM` text, up to 24:00). #}
{% macro clock_minutes(clock) -%}
(cast(substr({{ clock }}, 1, 2) as {{ t('int') }}) * 60 + cast(substr({{ clock }}, 4, 2) as {{ t('int') }}))
{%- endmacro %}
