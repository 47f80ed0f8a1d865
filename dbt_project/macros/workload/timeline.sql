{# A time line for each `key`: the stretches between two neighbouring edges that some layer covers, and for each layer
   whether it does. `intervals` has key, layer, started_at, ended_at. `layers` gives the bits that count how many of a
   layer's intervals are open: 1 where they never overlap each other, 8 where up to 255 may.

   All layers share one running sum, each in bits of its own; a sum for each would take engines many times as long. #}
{% macro timeline(intervals, key, layers) %}
{%- set first, used = {}, namespace(bits=0) %}
{%- for layer, bits in layers.items() %}
  {%- do first.update({layer: used.bits}) %}
  {%- set used.bits = used.bits + bits %}
{%- endfor %}
select
  {{ key }},
  started_at,
  ended_at
  {%- for layer, bits in layers.items() %},
  covered & ({{ power_of_two(first[layer] + bits) }} - {{ power_of_two(first[layer]) }}) > 0 as is_{{ layer }}
  {%- endfor %}
from (
  select
    {{ key }},
    edge_at as started_at,
    lead(edge_at) over in_order as ended_at,
    cast(sum(step) over in_order as {{ t('int') }}) as covered
  from (
    select
      {{ key }},
      edge_at,
      cast(sum(step * case layer
        {%- for layer, bit in first.items() %}
        when '{{ layer }}' then {{ power_of_two(bit) }}
        {%- endfor %}
      end) as {{ t('int') }}) as step
    from (
      select {{ key }}, layer, started_at as edge_at, 1 as step from {{ intervals }} where started_at < ended_at
      union all
      select {{ key }}, layer, ended_at as edge_at, -1 as step from {{ intervals }} where started_at < ended_at
    ) edges
    group by {{ key }}, edge_at
  ) steps
  window in_order as (partition by {{ key }} order by edge_at)
) stretches
where covered > 0
{% endmacro %}
