{# The last columns of every staging model: which record, which version of it, and where it came from.
   `clock` is the vendor's own clock of changes; without one the time of the pull decides. #}
{% macro staged(record_key, clock=none) %}
  {{ record_key }} as record_key,
  coalesce({{ clock ~ ', ' if clock }}pulled_at, landed_at) as version_at,
  {{ clock ~ ' is not null' if clock else 'false' }} as has_vendor_clock,
  account,
  source as event_source,
  event_id,
  batch_id,
  topic,
  topic_partition,
  topic_offset,
  landed_at
{% endmacro %}
