select
  {% if var('as_known_at') -%}
  cast('{{ var("as_known_at") }}' as {{ t('instant') }})
  {%- else -%}
  coalesce(max(landed_at), {{ beginning() }})
  {%- endif %} as as_of
from {{ ref('stg_log__batches') }}
