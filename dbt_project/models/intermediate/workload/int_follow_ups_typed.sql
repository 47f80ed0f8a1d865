with follow_ups as (
  {{ newest_version(ref('stg_wav__follow')) }}
)

{{ held_by('follow_ups', 'record_key', "'work_phone'", 'sales_phone_token', 'followed_at') }}
