{# A store with two accounts on a portal shows the better standing. #}
select
  platform,
  store_id,
  date_day,
  response_score,
  score_max,
  response_rank,
  rank_of
from {{ ref('int_portal_scores') }}
where response_score is not null or response_rank is not null
qualify row_number() over (
  partition by platform, store_id, date_day
  order by response_rank nulls last, response_score desc nulls last, dealer_id
) = 1
