select visit_id, store_id, brand, employee_id, kind, arrived_at
from {{ ref('stg_crm__visit') }}
qualify row_number() over (partition by visit_id order by updated_at desc nulls last, batch_id desc, event_id desc) = 1
