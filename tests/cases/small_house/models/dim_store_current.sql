select distinct store_id, 'Store ' || store_id as store_name, brand from {{ ref('int_visits') }}
