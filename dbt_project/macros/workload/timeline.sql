{# A time line for each `key`: the elementary stretches between two neighbouring edges of any layer, and for each
   layer whether it covers the stretch. `intervals` has key, layer, started_at, ended_at; layers may overlap
   themselves and each other. `cuts` has key and cut_at: further instants at which stretches are split. #}
{% macro timeline(intervals, cuts, key, layers) %}
select *
from (
  select
    {{ key }},
    edge_at as started_at,
    lead(edge_at) over (partition by {{ key }} order by edge_at) as ended_at
    {%- for layer in layers %},
    sum({{ layer }}_step) over (
      partition by {{ key }} order by edge_at rows between unbounded preceding and current row
    ) > 0 as is_{{ layer }}
    {%- endfor %}
  from (
    select
      {{ key }},
      edge_at
      {%- for layer in layers %},
      sum(case when layer = '{{ layer }}' then step else 0 end) as {{ layer }}_step
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
