-- Labels that share a key lie in one component; otherwise add a round (int_customer_round_*).
select k.key, count(distinct c.component) as components
from {{ ref('int_customer_keys') }} k
left join {{ ref('int_customer_components') }} c on c.label = k.label
group by k.key
having count(distinct c.component) <> 1
