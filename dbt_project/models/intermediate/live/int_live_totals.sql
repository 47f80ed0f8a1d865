{{ config(materialized='view') }}
with counted as (
  select
    session_id,
    max(concurrent) as peak_concurrent
    {%- for c in ['viewers', 'new_followers', 'likes', 'comments', 'form_submits'] %},
    cast(sum({{ c }}) as {{ t('int') }}) as {{ c }}
    {%- endfor %}
  from {{ ref('int_live_counts') }}
  group by session_id
)

select
  r.session_id,
  coalesce(c.viewers, r.viewers) as viewers,
  coalesce(c.new_followers, r.new_followers) as new_followers,
  coalesce(c.likes, r.likes) as likes,
  coalesce(c.comments, r.comments) as comments,
  coalesce(c.form_submits, r.form_submits) as form_submits,
  coalesce(c.peak_concurrent, r.concurrent) as peak_concurrent
from {{ ref('int_live_rooms') }} r
left join counted c on c.session_id = r.session_id
