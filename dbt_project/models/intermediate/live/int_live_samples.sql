{{ config(materialized='view') }}
{# Cumulative counters, minute by minute, with their restarts. A drop that the next sample confirms (it is still below
   what was reached before) is a restart; a single lower sample is not. A restart of the audience counter is one of all. #}
{%- set counters = ['viewers', 'new_followers', 'likes', 'comments', 'form_submits'] %}
with newest as (
  {{ newest_version(ref('stg_douyin__live_minute')) }}
),

samples as (
  select
    'douyin:' || account_id || ':' || room_id as session_id, minute_at, concurrent
    {%- for c in counters %}, {{ c }}{% endfor %}
  from newest
),

beside as (
  select
    *
    {%- for c in counters %},
    {{ nearest_known('lag', c) }} over (partition by session_id order by minute_at) as {{ c }}_before,
    {{ nearest_known('lead', c) }} over (partition by session_id order by minute_at) as {{ c }}_after
    {%- endfor %}
  from samples
),

restarts as (
  select
    *
    {%- for c in counters %},
    coalesce({{ c }} < {{ c }}_before and {{ c }}_after < {{ c }}_before, false) as {{ c }}_restarts
    {%- endfor %}
  from beside
)

select
  session_id,
  minute_at,
  concurrent
  {%- for c in counters %},
  {{ c }},
  count(case when {{ c }}_restarts or viewers_restarts then 1 end) over (
    partition by session_id order by minute_at rows between unbounded preceding and current row
  ) as {{ c }}_segment
  {%- endfor %}
from restarts
