{{ config(materialized='view') }}
{# What the room was told in all is less than its minutes after a restart, more where minutes are missing. #}
{%- set counters = ['viewers', 'new_followers', 'likes', 'comments', 'form_submits'] %}
with counted as (
  select
    session_id,
    max(concurrent) as peak_concurrent
    {%- for c in counters %},
    cast(sum({{ c }}) as {{ t('int') }}) as {{ c }}
    {%- endfor %}
  from {{ ref('int_live_counts') }}
  group by session_id
)

select
  r.session_id,
  greatest(c.peak_concurrent, r.concurrent) as peak_concurrent
  {%- for c in counters %},
  greatest(c.{{ c }}, r.{{ c }}) as {{ c }}
  {%- endfor %}
from {{ ref('int_live_rooms') }} r
left join counted c on c.session_id = r.session_id
