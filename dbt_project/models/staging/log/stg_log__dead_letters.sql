{{ config(materialized='table') }}

select
  d.topic,
  d.batch_id,
  d.landed_at,
  case when d.resolved_batch_id <= {{ known_batch() }} then d.resolved_at end as resolved_at
from {{ source('raw', 'dead_letters') }} d
where d.batch_id <= {{ known_batch() }}
