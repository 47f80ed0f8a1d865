{# One row per session, minute and counter: what had been reached since its segment began, and what is new. #}
{%- set counters = ['viewers', 'new_followers', 'likes', 'comments', 'form_submits'] %}
with long as (
  {%- for c in counters %}
  select session_id, minute_at, '{{ c }}' as counter, {{ c }} as reached, {{ c }}_segment as segment
  from {{ ref('int_live_samples') }}
  where {{ c }} is not null
  {% if not loop.last %}union all{% endif %}
  {%- endfor %}
),

highest as (
  select
    *,
    max(reached) over (
      partition by session_id, counter, segment order by minute_at
      rows between unbounded preceding and current row
    ) as highest
  from long
),

stepped as (
  select
    *,
    lag(highest) over (partition by session_id, counter, segment order by minute_at) as highest_before
  from highest
)

select
  session_id,
  minute_at,
  counter,
  cast(highest - coalesce(highest_before, 0) as {{ t('int') }}) as new
from stepped
