{# A store with two accounts on a portal shows the better standing. A score outside its scale and a rank outside its universe, as
   0 where a store is not ranked, are none. #}
with standings as (
  select
    platform,
    store_id,
    dealer_id,
    date_day,
    case when response_score >= 0 and coalesce(response_score <= score_max, true) then response_score end as response_score,
    score_max,
    case when response_rank >= 1 and coalesce(response_rank <= rank_of, true) then response_rank end as response_rank,
    rank_of
  from {{ ref('int_portal_scores') }}
)

select
  platform,
  store_id,
  date_day,
  response_score,
  score_max,
  response_rank,
  rank_of
from standings
where response_score is not null or response_rank is not null
qualify row_number() over (
  partition by platform, store_id, date_day
  order by response_rank nulls last, response_score desc nulls last, dealer_id
) = 1
