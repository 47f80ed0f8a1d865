{# The last batch a build may read: all of them, or the last landed by `as_known_at`, or `last_batch`. #}
{% macro known_batch() -%}
(
  select coalesce(max(landing.batch_id), -1)
  from {{ source('raw', 'batches') }} landing
  {% if var('as_known_at') -%}
  where landing.landed_at <= cast('{{ var("as_known_at") }}' as {{ t('instant') }})
  {%- elif var('last_batch') is not none -%}
  where landing.batch_id <= {{ var('last_batch') }}
  {%- endif %}
)
{%- endmacro %}
