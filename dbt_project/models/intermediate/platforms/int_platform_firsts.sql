{{ config(materialized='view') }}
{# When each customer first left details on each platform; tests and customers without any key apart. #}
select customer_id, platform, min(submitted_at) as first_at
from {{ ref('fct_lead_submissions') }}
where not is_test and customer_id <> 'unknown'
group by customer_id, platform
