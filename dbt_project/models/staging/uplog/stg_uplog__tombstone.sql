with events as (
  {{ raw_events('uplog.tombstone') }}
)

select
  data.erasure_id as erasure_id,
  try_cast(data.erased_at as {{ t('instant') }}) as erased_at,
  data.forgotten,
  {{ staged('data.erasure_id') }}
from events
