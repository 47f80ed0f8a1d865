{% if var('as_known_at') -%}
select cast('{{ var("as_known_at") }}' as {{ t('instant') }}) as as_of
{%- else -%}
select coalesce(max(landed_at), {{ beginning() }}) as as_of
from {{ ref('stg_log__batches') }}
{%- endif %}
