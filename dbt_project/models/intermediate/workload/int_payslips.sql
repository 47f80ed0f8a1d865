{{ config(materialized='ephemeral') }}
{{ newest_version(ref('stg_hr__payslip')) }}
