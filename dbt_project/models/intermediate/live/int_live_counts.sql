{# What each minute of a session added to its counters: beyond what had been reached since the segment began. #}
{%- set counters = ['viewers', 'new_followers', 'likes', 'comments', 'form_submits'] %}
{#- One running maximum over all segments: each later one stands on a higher floor. #}
{%- set floor = 'cast(1000000000000 as ' ~ t('int') ~ ')' %}
with raised as (
  select
    session_id,
    minute_at,
    concurrent
    {%- for c in counters %},
    {{ c }}_segment * {{ floor }} as {{ c }}_floor,
    {{ c }}_segment * {{ floor }} + {{ c }} as {{ c }}
    {%- endfor %}
  from {{ ref('int_live_samples') }}
),

reached as (
  select
    *
    {%- for c in counters %},
    max({{ c }}) over (
      partition by session_id order by minute_at rows between unbounded preceding and 1 preceding
    ) as {{ c }}_reached
    {%- endfor %}
  from raised
)

select
  session_id,
  minute_at,
  concurrent
  {%- for c in counters %},
  case when {{ c }} is not null then
    greatest({{ c }} - greatest(coalesce({{ c }}_reached, 0), {{ c }}_floor), 0)
  end as {{ c }}
  {%- endfor %}
from reached
