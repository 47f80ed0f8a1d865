{{ newest_version(ref('stg_crm__order')) }}
