{# Vendors' own counts, one row a count of an account; `told_at` is when the vendor last said so. #}
{%- set of_crm = ['leads', 'built', 'invited', 'ordered', 'delivered', 'defeated'] %}
with tencent as (
  {{ newest_version(ref('stg_tencent_ads__daily')) }}
),

crm as (
  {{ newest_version(ref('stg_wav__statistics')) }}
),

counts as (
  {%- for measure in ['leads', 'calls', 'answered_calls'] %}
  select platform as vendor, store_id, dealer_id as account, date_day, '{{ measure }}' as measure, {{ measure }} as value, told_at
  from {{ ref('int_portal_scores') }}
  union all
  {%- endfor %}
  {%- for measure in ['leads', 'form_leads'] %}
  select 'channels', {{ known_store() }}, null, n.date_day, '{{ measure }}', n.{{ measure }}, n.newest_at
  from tencent n
  {{ store_of_account("'tencent_dealer'", 'n.dealer_id', local_midnight('n.date_day')) }}
  union all
  {%- endfor %}
  {%- for measure in of_crm %}
  select 'wav', {{ known_store() }}, n.dealer_id, n.date_day, '{{ measure }}', n.{{ measure }}, n.newest_at
  from crm n
  {{ store_of_account("'wav'", 'n.dealer_id', local_midnight('n.date_day')) }}
  {% if not loop.last %}union all{% endif %}
  {%- endfor %}
)

select vendor, store_id, account, date_day, measure, value, told_at
from counts
where value is not null and date_day is not null
