{# What each minute of a session added to its counters: beyond what had been reached since the segment began. #}
{%- set counters = ['viewers', 'new_followers', 'likes', 'comments', 'form_submits'] %}
{#- One running maximum over all segments: each later one lies on a higher floor. #}
{%- set floor = 'cast(1000000000000 as ' ~ t('int') ~ ')' %}
{%- set in_order %}partition by session_id order by minute_at rows between unbounded preceding and{% endset %}
with reached as (
  select
    *
    {%- for c in counters %},
    max({{ c }}_segment * {{ floor }} + {{ c }}) over ({{ in_order }} current row) as {{ c }}_reached,
    max({{ c }}_segment * {{ floor }} + {{ c }}) over ({{ in_order }} 1 preceding) as {{ c }}_reached_before
    {%- endfor %}
  from {{ ref('int_live_samples') }}
)

select
  session_id,
  minute_at,
  concurrent
  {%- for c in counters %},
  case when {{ c }} is not null then
    {{ c }}_reached - greatest(coalesce({{ c }}_reached_before, 0), {{ c }}_segment * {{ floor }})
  end as {{ c }}
  {%- endfor %}
from reached
