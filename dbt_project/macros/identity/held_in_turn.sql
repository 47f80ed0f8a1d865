{# Who held what HR gives out (an account, a telephone), one holder at a time: rows of `told`, whose valid_from and valid_to
   are business days as HR writes them (none: always), as periods from valid_from_at to before valid_to_at. `thing` and
   `holder` are their other columns; a thing without an id is none. Where two periods of a thing overlap by mistake, the later
   holder has it, of two from one day the first. #}
{% macro held_in_turn(told, thing, holder) %}
{%- set things = thing | join(', ') %}
with given as (
  select
    {{ (thing + holder) | join(', ') }},
    coalesce({{ local_midnight(day_of_text('valid_from')) }}, {{ beginning() }}) as valid_from_at,
    coalesce({{ local_midnight(day_of_text('valid_to')) }}, {{ forever() }}) as valid_to_at
  from {{ told }}
),

edges as (
  select {{ things }}, valid_from_at as edge_at from given
  union
  select {{ things }}, valid_to_at as edge_at from given
),

stretches as (
  select
    {{ things }},
    edge_at as valid_from_at,
    lead(edge_at) over (partition by {{ things }} order by edge_at) as valid_to_at
  from edges
)

select
  {%- for column in holder %}
  g.{{ column }},
  {%- endfor %}
  {%- for column in thing %}
  s.{{ column }},
  {%- endfor %}
  s.valid_from_at,
  s.valid_to_at
from stretches s
inner join given g
  on
    {%- for column in thing %}
    g.{{ column }} = s.{{ column }} and
    {%- endfor %}
    g.valid_from_at <= s.valid_from_at
    and g.valid_to_at >= s.valid_to_at
qualify row_number() over (
  partition by {% for column in thing %}s.{{ column }}, {% endfor %}s.valid_from_at
  order by g.valid_from_at desc, {% for column in holder %}g.{{ column }}{{ ', ' if not loop.last }}{% endfor %}
) = 1
{% endmacro %}
