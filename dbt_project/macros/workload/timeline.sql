{# A time line for each `key`: the elementary stretches between two neighbouring edges of any layer, and for each
   layer whether it covers the stretch. `intervals` has key, layer, started_at, ended_at; layers may overlap
   themselves and each other, up to 255 deep. `cuts` has key and cut_at: further instants at which stretches are split.

   Seven layers share one running sum, a byte each: how many of their intervals are open. A sum for each layer would
   take engines many times as long. #}
{% macro timeline(intervals, cuts, key, layers) %}
{%- set words = layers | batch(7) | list %}
select
  {{ key }},
  started_at,
  ended_at
  {%- for layer in layers %},
  {{ int_div('open_' ~ (loop.index0 // 7), 256 ** (loop.index0 % 7)) }} % 256 > 0 as is_{{ layer }}
  {%- endfor %}
from (
  select
    {{ key }},
    edge_at as started_at,
    lead(edge_at) over (partition by {{ key }} order by edge_at) as ended_at
    {%- for word in words %},
    cast(sum(step_{{ loop.index0 }}) over (
      partition by {{ key }} order by edge_at rows between unbounded preceding and current row
    ) as {{ t('int') }}) as open_{{ loop.index0 }}
    {%- endfor %}
  from (
    select
      {{ key }},
      edge_at
      {%- for word in words %},
      cast(sum(step * case layer
        {%- for layer in word %} when '{{ layer }}' then {{ 256 ** loop.index0 }}{% endfor %} else 0
      end) as {{ t('int') }}) as step_{{ loop.index0 }}
      {%- endfor %}
    from (
      select {{ key }}, layer, started_at as edge_at, 1 as step from {{ intervals }} where started_at < ended_at
      union all
      select {{ key }}, layer, ended_at as edge_at, -1 as step from {{ intervals }} where started_at < ended_at
      union all
      select {{ key }}, '' as layer, cut_at as edge_at, 0 as step from {{ cuts }}
    ) edges
    group by {{ key }}, edge_at
  ) steps
) stretches
where ended_at is not null
{% endmacro %}
