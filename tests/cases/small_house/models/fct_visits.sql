select visit_id, store_id, employee_id, arrived_at, cast(arrived_at at time zone 'Asia/Shanghai' as date) as visit_day
from {{ ref('int_visits') }}
