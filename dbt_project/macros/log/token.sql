{# The token of a personal value in JSON text, under the latest secret: a rotation lands aliases that join old and new. The
   only way a model reads a token in a list (raw_events has resolved those of the payload's fields); a layer test looks for
   others. #}
{% macro token(column, path) -%}
{{ canonical(json_text(column, path ~ '.token')) }}
{%- endmacro %}
{% macro masked_token(column, path) -%}
{{ canonical(json_text(column, path ~ '.masked')) }}
{%- endmacro %}
{% macro canonical(value) -%}
coalesce(
    (select max(alias.canonical_token) from {{ ref('stg_uplog__alias') }} alias where alias.token = {{ value }}),
    {{ value }}
  )
{%- endmacro %}
