{# The events of one record type that have landed and may be known, in every version of its contract.
   In an incremental model only those of batches it has not read. `source_name` is the event type
   without its version: raw_events('autohome.lead'). #}
{% macro raw_events(source_name) %}
select
  e.event_id,
  e.source,
  split_part(e.source, '/', 3) as account,
  e.batch_id,
  e.topic,
  e.partition as topic_partition,
  e.offset as topic_offset,
  e.occurred_at,
  e.landed_at,
  try_cast({{ json_text('e.extensions', 'pulledat') }} as {{ t('instant') }}) as pulled_at,
  cast(substr(e.type, {{ source_name | length + 3 }}) as {{ t('int') }}) as type_version,
  e.data
from {{ source('raw', 'events') }} e
where e.type like '{{ source_name }}.v%'
  and e.batch_id <= {{ known_batch() }}
  {% if is_incremental() %}
  and e.batch_id > (select coalesce(max(seen.batch_id), -1) from {{ this }} seen)
  {% endif %}
{% endmacro %}
