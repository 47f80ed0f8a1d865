{# A record that every portal exports alike, newest versions: the portal, its store, and the `columns` asked for. #}
{% macro of_portals(record, columns) %}
select
  told.portal,
  coalesce(stores.store_id, 'unknown') as store_id
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
left join {{ ref('int_store_accounts') }} stores on stores.system = told.portal and stores.account = told.dealer_id
{% endmacro %}
