-- Rows that share a record or a key lie in one component; otherwise add a round (int_customer_round_*).
select record_key as shared, count(distinct component) as components
from {{ ref('int_customer_components') }}
group by record_key
having count(distinct component) > 1
union all
select key, count(distinct component)
from {{ ref('int_customer_components') }}
group by key
having count(distinct component) > 1
