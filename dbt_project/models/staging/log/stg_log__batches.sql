{{ config(materialized='table') }}

select b.batch_id, b.landed_at, b.received, b.events, b.duplicates, b.dead
from {{ source('raw', 'batches') }} b
where b.batch_id <= {{ known_batch() }}
