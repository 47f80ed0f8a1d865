with reports as (
  {{ newest_version(ref('stg_report__submitted')) }}
),

handed_in as (
  select record_key, author_token, surface, submitted_at from reports where submitted_at is not null
)

{{ held_by('handed_in', "'report'", 'author_token', 'submitted_at') }}
