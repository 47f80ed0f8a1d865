{{ config(materialized='view') }}
{{ newest_version(ref('stg_wecom__customer_stats')) }}
