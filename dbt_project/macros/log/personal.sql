{# What the door left of a personal field of the payload: its token, and what models need and cannot recompute. #}
{% macro phone_columns(field, name=none) %}
  {%- set name = name or field %}
  data.{{ field }}.token as {{ name }}_token,
  data.{{ field }}.class as {{ name }}_class,
  data.{{ field }}.masked as {{ name }}_masked
{%- endmacro %}
{% macro name_columns(field) %}
  data.{{ field }}.token as name_token,
  data.{{ field }}.form as name_form,
  coalesce(data.{{ field }}.is_test = 'true', false) as name_is_test
{%- endmacro %}
