select d.topic, d.source, d.event_id, d.pulled_at, d.batch_id
from {{ source('raw', 'duplicates') }} d
where d.batch_id <= {{ known_batch() }}
  {% if is_incremental() %}
  and d.batch_id > (select coalesce(max(seen.batch_id), -1) from {{ this }} seen)
  {% endif %}
