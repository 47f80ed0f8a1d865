select e.topic, e.batch_id, e.occurred_at, e.landed_at
from {{ source('raw', 'events') }} e
where e.batch_id <= {{ known_batch() }}
  {% if is_incremental() %}
  and e.batch_id > (select coalesce(max(seen.batch_id), -1) from {{ this }} seen)
  {% endif %}
