select
  date_day,
  store_id,
  platform
  {%- for m in ['submissions', 'leads_received', 'attempts', 'connected', 'appointments_set', 'appointments_due',
    'appointments_kept', 'visits_first', 'visits_repeat', 'walk_ins', 'test_drives', 'orders', 'cancellations',
    'deliveries', 'defeats'] %},
  cast(sum({{ m }}) as {{ t('int') }}) as {{ m }}
  {%- endfor %}
from {{ ref('int_daily_events') }}
group by date_day, store_id, platform
