{{ config(materialized='incremental', incremental_strategy='append') }}

select
  data ->> '$.visit_id' as visit_id,
  data ->> '$.store_id' as store_id,
  data ->> '$.brand' as brand,
  data ->> '$.employee_id' as employee_id,
  data ->> '$.kind' as kind,
  data ->> '$.updated_at' as updated_at,
  occurred_at as arrived_at,
  event_id,
  batch_id
from {{ source('raw', 'events') }}
where type like 'crm.visit.v%'
  and batch_id <= (
    select max(batch_id)
    from {{ source('raw', 'batches') }}
    {% if var('as_known_at') %} where landed_at <= cast('{{ var("as_known_at") }}' as timestamptz)
    {% elif var('last_batch') is not none %} where batch_id <= {{ var('last_batch') }}
    {% endif %}
  )
  {% if is_incremental() %} and batch_id > (select coalesce(max(batch_id), -1) from {{ this }}) {% endif %}
