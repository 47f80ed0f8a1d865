{# What is of a lead: what happened from its beginning to before the next lead's; a defeat, a mark or a delivery that comes
   later is of its own record's all the same. #}
{%- set placed %}partition by party, store_id order by place rows between unbounded preceding and{% endset -%}
with led as (
  select
    *,
    'l' || substr(md5({{ last_known('case when is_first then record_key end') }} over ({{ placed }} current row)), 1, 16)
      as lead_id
  from {{ ref('int_lead_openers') }}
  where opener_no > 0
)

select
  coalesce(max(case when is_record then lead_id end) over (partition by party, store_id, own_key), lead_id) as lead_id,
  party,
  store_id,
  record_key,
  kind,
  happened_at,
  opener_no,
  is_opener,
  is_first,
  is_reopening,
  is_closing
from led
