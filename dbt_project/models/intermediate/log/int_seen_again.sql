select source, event_id, max(pulled_at) as pulled_at
from {{ ref('stg_log__duplicates') }}
where pulled_at is not null
group by source, event_id
