select record_key, key, label as component
from {{ ref('int_customer_round_12') }}
