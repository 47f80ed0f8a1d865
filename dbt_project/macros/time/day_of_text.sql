{# A business date as its system writes it (`2026-10-12`, `2026/10/12`, `20261012`); null where it is none. Engines cast
   neither slashes nor bare digits alike. #}
{% macro day_of_text(x) -%}
try_cast(
  case
    when {{ regexp_has(x, '^[0-9]{8}$') }}
      then substr({{ x }}, 1, 4) || '-' || substr({{ x }}, 5, 2) || '-' || substr({{ x }}, 7, 2)
    else replace({{ x }}, '/', '-')
  end as date
)
{%- endmacro %}
