{{ config(materialized='ephemeral') }}
{{ newest_version(ref('stg_screentime__day')) }}
