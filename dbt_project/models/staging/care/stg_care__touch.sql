with events as (
  {{ raw_events('care.touch') }}
),

typed as (
  select
    *,
    {{ json_text('data', 'touch_id') }} as touch_id
  from events
)

select
  touch_id,
  {{ json_text('data', 'store_id') }} as store_id,
  {{ json_text('data', 'employee_id') }} as employee_id,
  {{ json_text('data', 'lead_id') }} as crm_lead_id,
  {{ json_text('data', 'customer_id') }} as crm_customer_id,
  {{ phone_columns('customer_phone') }},
  {{ name_columns('customer_name') }},
  {{ json_text('data', 'channel') }} as channel,
  {{ json_text('data', 'surface') }} as surface,
  coalesce({{ json_text('data', 'direction') }}, 'outbound') as direction,
  coalesce({{ json_text('data', 'automatic') }} = 'true', false) as is_automatic,
  coalesce(try_cast({{ json_text('data', 'talk_seconds') }} as {{ t('double') }}), 0) as talk_seconds,
  {{ local_text_to_utc(json_text('data', 'touched_at')) }} as touched_at,
  {{ staged("account || ':' || touch_id") }}
from typed
