{%- set earliest -%}
min_by(record_key, {{ struct_of({'at': 'coalesce(recorded_at, ' ~ forever() ~ ')', 'record': 'record_key'}) }})
{%- endset -%}
with firsts as (
  select label, {{ earliest }} as record_key, min(recorded_at) as recorded_at
  from {{ ref('int_customer_records') }}
  where label is not null
    and label not in (select key from {{ ref('int_masked_numbers') }} where is_ambiguous)
  group by label
),

members as (
  select f.*, coalesce(c.component, f.label) as component
  from firsts f
  left join {{ ref('int_customer_components') }} c on c.label = f.label
),

customers as (
  select component, {{ earliest }} as record_key, min(recorded_at) as first_seen_at
  from members
  group by component
)

select
  m.label,
  'c' || substr(md5(c.record_key), 1, 16) as customer_id,
  c.first_seen_at
from members m
join customers c on c.component = m.component
