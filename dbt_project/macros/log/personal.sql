{# What the door left of a personal value: its token, and what models need and cannot recompute. #}
{% macro phone_columns(field, name=none) %}
  {%- set name = name or field %}
  {{ token('data', field) }} as {{ name }}_token,
  {{ json_text('data', field ~ '.class') }} as {{ name }}_class,
  {{ masked_token('data', field) }} as {{ name }}_masked
{%- endmacro %}
{% macro name_columns(field) %}
  {{ token('data', field) }} as name_token,
  {{ json_text('data', field ~ '.form') }} as name_form,
  coalesce({{ json_text('data', field ~ '.is_test') }} = 'true', false) as name_is_test
{%- endmacro %}
