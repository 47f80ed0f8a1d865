{# The union of intervals (columns started_at, ended_at) for each combination of `keys`: gaps and islands.
   Intervals that overlap or touch become one. `also` are further aggregates over what was united. #}
{% macro union_intervals(relation, keys, also=[]) %}
select
  {{ keys | join(', ') }},
  min(started_at) as started_at,
  max(ended_at) as ended_at
  {%- for column in also %},
  {{ column }}
  {%- endfor %}
from (
  select
    *,
    sum(case when started_at <= reached_at then 0 else 1 end) over (
      partition by {{ keys | join(', ') }}
      order by started_at, ended_at
      rows between unbounded preceding and current row
    ) as island
  from (
    select
      *,
      max(ended_at) over (
        partition by {{ keys | join(', ') }}
        order by started_at, ended_at
        rows between unbounded preceding and 1 preceding
      ) as reached_at
    from {{ relation }}
    where started_at < ended_at
  ) reached
) islands
group by {{ keys | join(', ') }}, island
{% endmacro %}
