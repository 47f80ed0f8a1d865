with events as (
  {{ raw_events('uplog.tombstone') }}
)

select
  {{ json_text('data', 'erasure_id') }} as erasure_id,
  try_cast({{ json_text('data', 'erased_at') }} as {{ t('instant') }}) as erased_at,
  data,
  {{ staged(json_text('data', 'erasure_id')) }}
from events
