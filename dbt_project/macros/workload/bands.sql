{# What is published of cases among few people: a band of their share, or a count that hides the few and the rest. #}
{% macro share_band(cases, base) -%}
case
  when {{ base }} = 0 then null
  when {{ cases }} = 0 then '0'
  when {{ cases }} < 0.05e0 * {{ base }} then '<5%'
  when {{ cases }} <= 0.15e0 * {{ base }} then '5–15%'
  else '>15%'
end
{%- endmacro %}
{% macro persons_between(cases, persons) -%}
case when {{ cases }} >= 5 and {{ cases }} <= {{ persons }} - 5 then {{ cases }} end
{%- endmacro %}
