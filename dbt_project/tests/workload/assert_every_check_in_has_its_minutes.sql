{# A check-in whose kind has no estimate in force on its day would vanish from control hours. #}
select c.checkin_id, c.kind, c.checkin_day
from {{ ref('fct_checkins') }} c
where c.estimated_minutes is null
