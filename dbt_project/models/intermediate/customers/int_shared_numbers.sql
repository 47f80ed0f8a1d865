{{ config(materialized='view') }}
{# Of every version and of every time: what was lent or held once is typed where a customer's number is wanted long after. #}
select middle_number_token as number_token
from {{ ref('stg_tencent_ads__lead') }}
where middle_number_token is not null
union
select account_token from {{ ref('int_employee_accounts') }} where system = 'work_phone'
union
select number_token from {{ ref('int_store_lines') }}
