select
  month_start_date,
  store_id,
  platform,
  {{ in_yuan('sum(fen)') }} as amount,
  case when max(case when cost_source = 'allocated' then 1 else 0 end) = 1 then 'allocated' else 'invoice' end
    as cost_source
from {{ ref('int_platform_costs') }}
group by month_start_date, store_id, platform
