{# Until when what is told of an instant may have been: of a day alone its last second. #}
{% macro told_until(at) -%}
case
  when {{ at }} = {{ local_midnight(local_day(at)) }}
    then {{ add_seconds(local_midnight(add_days(local_day(at), 1)), -1) }}
  else {{ at }}
end
{%- endmacro %}
