with reports as (
  {{ newest_version(ref('stg_report__submitted')) }}
),

handed_in as (
  select * from reports where submitted_at is not null
)

{{ held_by('handed_in', 'record_key', "'report'", 'author_token', 'submitted_at') }}
