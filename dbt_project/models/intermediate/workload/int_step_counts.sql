{{ config(materialized='ephemeral') }}
{{ newest_version(ref('stg_werun__steps')) }}
