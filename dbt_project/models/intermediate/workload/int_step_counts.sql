{{ config(materialized='view') }}
{{ newest_version(ref('stg_werun__steps')) }}
