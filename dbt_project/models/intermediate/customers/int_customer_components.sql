{{ config(materialized='view') }}
{# From the last round back to the first: what a label has become in the end. -#}
{%- set rounds = label_rounds() -%}
with
{%- for round in rounds | reverse %}
ends_{{ round }} as (
  {%- if loop.first %}
  select distinct was, label from {{ ref('int_customer_round_%02d' % round) }}
  {%- else %}
  select distinct r.was, coalesce(n.label, r.label) as label
  from {{ ref('int_customer_round_%02d' % round) }} r
  left join ends_{{ round + 1 }} n on n.was = r.label
  {%- endif %}
){{ ',' if not loop.last }}
{%- endfor %}

select was as label, label as component
from ends_1
