{{ config(materialized='table') }}

select d.topic, d.batch_id, d.landed_at, d.resolved_at
from {{ source('raw', 'dead_letters') }} d
where d.batch_id <= {{ known_batch() }}
