select visit_day as date_day, store_id, count(*) as visits
from {{ ref('fct_visits') }}
group by visit_day, store_id
