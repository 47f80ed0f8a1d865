{{ config(materialized='view') }}
{{ newest_version(ref('stg_hr__payslip')) }}
