{# Calls on the portals' lines as the portals export them, every portal in one shape. #}
with calls as (
  {{ of_portals('call', [
    'record_key', 'call_id', 'dealer_id', 'line_token', 'line_class', 'line_masked', 'caller_token', 'caller_class', 'caller_masked',
    'called_at', 'answered_at', 'ended_at'
  ]) }}
)

select
  portal || '.call:' || record_key as call_key,
  portal,
  call_id,
  store_id,
  dealer_id,
  line_token,
  line_class,
  line_masked,
  caller_token,
  caller_class,
  caller_masked,
  called_at,
  answered_at,
  ended_at
from calls
where called_at is not null
