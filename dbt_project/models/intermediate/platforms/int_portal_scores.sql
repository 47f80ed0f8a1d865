{# A store's day on each portal, newest version: its standing and the portal's own counts. #}
with days as (
  {{ of_portals('score', [
    'dealer_id', 'date_day', 'response_score', 'score_max', 'response_rank', 'rank_of', 'leads', 'calls',
    'answered_calls', 'newest_at'
  ]) }}
)

select
  portal as platform,
  store_id,
  dealer_id,
  date_day,
  response_score,
  score_max,
  response_rank,
  rank_of,
  leads,
  calls,
  answered_calls,
  newest_at as told_at
from days
where date_day is not null
