{{ config(materialized='view') }}
{# Of every version: what was lent once stays a middle number. #}
select distinct middle_number_token as number_token
from {{ ref('stg_tencent_ads__lead') }}
where middle_number_token is not null
