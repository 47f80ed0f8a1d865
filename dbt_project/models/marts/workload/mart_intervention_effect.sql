select
  intervention_id,
  what,
  started_on,
  measure,
  treated_stores,
  control_stores,
  estimate,
  low,
  high,
  verdict
from {{ ref('int_intervention_effects') }}
