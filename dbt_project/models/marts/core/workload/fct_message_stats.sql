with counted as (
  select * from {{ ref('int_message_counts') }}
),

held as (
  {{ held_by('counted', "'wecom'", 'user_token', 'stat_at') }}
),

stores as (
  {{ store_of_day('held', 'record_key') }}
)

select
  s.employee_id,
  s.consultant_key,
  s.store_id,
  h.date_day,
  cast(sum(h.chats) as {{ t('int') }}) as chats,
  cast(sum(h.messages) as {{ t('int') }}) as messages,
  max(h.reply_minutes) as reply_minutes,
  cast(sum(h.customers_lost) as {{ t('int') }}) as customers_lost,
  cast(sum(h.new_contacts) as {{ t('int') }}) as new_contacts
from held h
inner join stores s on s.record_key = h.record_key
where s.employee_id <> 'unmatched'
group by s.employee_id, s.consultant_key, s.store_id, h.date_day
