{# The instant of a time of day (`HH:MM` text) on a business date. #}
{% macro day_at(day, clock) -%}
{{ local_text_to_utc("(cast(" ~ day ~ " as " ~ t('text') ~ ") || ' ' || " ~ clock ~ " || ':00')") }}
{%- endmacro %}
