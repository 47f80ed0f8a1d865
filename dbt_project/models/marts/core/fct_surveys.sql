select
  s.survey_id,
  s.customer_id,
  s.order_id,
  s.store_id,
  {{ known_employee("coalesce(s.employee_id, 'unassigned')") }} as employee_id,
  {{ known_consultant("coalesce(s.employee_id, 'unassigned')") }} as consultant_key,
  s.asked_by,
  cast(row_number() over (
    partition by s.asked_by, coalesce(s.order_id, nullif(s.customer_id, 'unknown'), s.survey_id)
    order by s.asked_at, s.survey_id
  ) as {{ t('int') }}) as round_no,
  s.score,
  s.score_max,
  s.asked_at,
  s.answered_at
from {{ ref('int_survey_requests') }} s
{{ consultant_at("coalesce(s.employee_id, 'unassigned')", 's.asked_at') }}
