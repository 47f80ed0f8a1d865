{# A business date as a part of a record's key, so that it is one day however it is written; as it came where it is none. #}
{% macro key_of_day(day, told) %}coalesce(cast({{ day }} as {{ t('text') }}), {{ told }}){% endmacro %}
