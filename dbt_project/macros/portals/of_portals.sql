{# A record that every portal exports alike, newest versions: the portal, the store that had the dealer's account at the call
   or on the day, and the `columns` asked for. #}
{% macro of_portals(record, columns) %}
{%- set at = 'told.called_at' if record == 'call' else local_midnight('told.date_day') %}
select
  told.portal,
  {{ known_store('stores') }} as store_id
  {%- for column in columns %},
  told.{{ column }}
  {%- endfor %}
from (
  {%- for portal in ['autohome', 'dongchedi', 'yiche'] %}
  select '{{ portal }}' as portal, dealer_id, {{ (columns | reject('equalto', 'dealer_id')) | join(', ') }}
  from (
    {{ newest_version(ref('stg_' ~ portal ~ '__' ~ record)) }}
  ) {{ portal }}
  {% if not loop.last %}union all{% endif %}
  {%- endfor %}
) told
{{ store_of_account('told.portal', 'told.dealer_id', at, 'stores') }}
{% endmacro %}
