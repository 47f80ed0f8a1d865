with counted as (
  select
    session_id,
    minute_at,
    cast(sum(case when counter = 'new_followers' then new end) as {{ t('int') }}) as new_followers,
    cast(sum(case when counter = 'form_submits' then new end) as {{ t('int') }}) as form_submits
  from {{ ref('int_live_counts') }}
  group by session_id, minute_at
)

select
  s.session_id,
  coalesce(r.store_id, 'unknown') as store_id,
  s.minute_at,
  s.concurrent,
  c.new_followers,
  c.form_submits
from {{ ref('int_live_samples') }} s
left join {{ ref('int_live_rooms') }} r on r.session_id = s.session_id
left join counted c on c.session_id = s.session_id and c.minute_at = s.minute_at
