{# Calls on the portals' lines as the portals export them, every portal in one shape. #}
{%- set portals = ['autohome', 'dongchedi', 'yiche'] %}
with
{%- for portal in portals %}
{{ portal }} as (
  {{ newest_version(ref('stg_' ~ portal ~ '__call')) }}
),
{%- endfor %}

stores as (
  select system, account, min(store_id) as store_id
  from {{ ref('int_store_accounts') }}
  group by system, account
),

calls as (
  {%- for portal in portals %}
  select
    '{{ portal }}' as portal, record_key, call_id, dealer_id, line_token, line_class, line_masked,
    caller_token, caller_class, caller_masked, called_at, answered_at, ended_at
  from {{ portal }}
  {% if not loop.last %}union all{% endif %}
  {%- endfor %}
)

select
  c.portal || '.call:' || c.record_key as call_key,
  c.portal,
  c.call_id,
  coalesce(s.store_id, 'unknown') as store_id,
  c.line_token,
  c.line_class,
  c.line_masked,
  c.caller_token,
  c.caller_class,
  c.caller_masked,
  c.called_at,
  c.answered_at,
  c.ended_at
from calls c
left join stores s on s.system = c.portal and s.account = c.dealer_id
