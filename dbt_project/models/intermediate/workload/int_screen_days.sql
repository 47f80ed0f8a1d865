{{ config(materialized='view') }}
{{ newest_version(ref('stg_screentime__day')) }}
