{# Customers, meetings, training, tools and the rest are the whole of a store's tracked week. #}
select week_start_date, store_id, tracked_hours
from {{ ref('mart_workload_week') }}
where abs(
  customer_net_hours + meeting_net_hours + training_net_hours + control_net_hours + other_net_hours - tracked_hours
) > 1e-6
