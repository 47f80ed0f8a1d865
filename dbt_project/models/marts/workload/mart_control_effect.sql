select
  measure,
  stores,
  weeks,
  estimate,
  low,
  high,
  verdict
from {{ ref('int_control_effects') }}
