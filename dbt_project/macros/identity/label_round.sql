{# One round of label propagation: a row takes the least label of its key, then of its record, then what the rows of
   its own old label took. Labels are hashes, so that their number falls by a fraction each round whatever the order
   of a chain; rounds are models of their own because engines plan chains of windows badly. #}
{% macro label_round(previous) %}
with by_key as (
  select record_key, key, label, min(label) over (partition by key) as least_label
  from {{ previous }}
),

by_record as (
  select record_key, key, label, min(least_label) over (partition by record_key) as least_label
  from by_key
)

select record_key, key, min(least_label) over (partition by label) as label
from by_record
{% endmacro %}
