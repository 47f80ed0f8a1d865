{# The lower (-1) or upper (+1) end of the 95% Wilson interval of a share: hits of so many tries. The share lies within, also
   where the ends are rounded: at none or all of the tries it is an end itself. #}
{% macro wilson(hits, tries, side) -%}
{%- set p = "(cast(" ~ hits ~ " as double) / " ~ tries ~ ")" -%}
{%- set n = "cast(" ~ tries ~ " as double)" -%}
{{ 'least(' ~ p ~ ', greatest(0.0e0, ' if side < 0 else 'greatest(' ~ p ~ ', least(1.0e0, ' }}(
  {{ p }} + 3.841458820694124e0 / (2 * {{ n }})
  {{ '-' if side < 0 else '+' }} 1.959963984540054e0
    * sqrt({{ p }} * (1 - {{ p }}) / {{ n }} + 3.841458820694124e0 / (4 * {{ n }} * {{ n }}))
) / (1 + 3.841458820694124e0 / {{ n }})))
{%- endmacro %}
