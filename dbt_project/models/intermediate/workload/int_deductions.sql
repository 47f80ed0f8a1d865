{{ newest_version(ref('stg_hr__deduction')) }}
