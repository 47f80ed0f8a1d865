{# The union of intervals (columns started_at, ended_at) for each combination of `keys`: gaps and islands.
   Intervals that overlap or touch become one. `also` are further columns, each with its aggregate over what was united.
   Most intervals meet no other and are let through as they are, which spares engines half of the work. Of intervals alike
   any may be sorted first, here and there another: the running number of islands takes them together (a range, not rows). #}
{% macro union_intervals(relation, keys, also={}) %}
{%- set in_order = 'partition by ' ~ keys | join(', ') ~ ' order by started_at, ended_at' %}
{%- set is_first = '(reached_at is null or started_at > reached_at)' %}
{%- set is_alone = is_first ~ ' and (next_at is null or next_at > ended_at)' %}
with reached as (
  select
    *,
    max(ended_at) over ({{ in_order }} rows between unbounded preceding and 1 preceding) as reached_at,
    lead(started_at) over ({{ in_order }}) as next_at
  from {{ relation }}
  where started_at < ended_at
),

islands as (
  select
    *,
    sum(case when {{ is_first }} then 1 else 0 end) over ({{ in_order }}) as island
  from reached
  where not ({{ is_alone }})
)

select {{ (keys + ['started_at', 'ended_at'] + also.keys() | list) | join(', ') }}
from reached
where {{ is_alone }}
union all
select
  {{ keys | join(', ') }},
  min(started_at) as started_at,
  max(ended_at) as ended_at
  {%- for column, united in also.items() %},
  {{ united }} as {{ column }}
  {%- endfor %}
from islands
group by {{ keys | join(', ') }}, island
{% endmacro %}
