{# Vendors' own counts, one row a count; `told_at` is when the vendor last said so. #}
{%- for measure in ['leads', 'calls', 'answered_calls'] %}
select platform as vendor, store_id, date_day, '{{ measure }}' as measure, {{ measure }} as value, told_at
from {{ ref('int_portal_scores') }}
where {{ measure }} is not null
{% if not loop.last %}union all{% endif %}
{%- endfor %}
