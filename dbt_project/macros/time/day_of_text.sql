{# A business date as its system writes it (`2026-10-12`, `2026/10/12`); null where it is none. Spark casts no slashes. #}
{% macro day_of_text(x) %}try_cast(replace({{ x }}, '/', '-') as date){% endmacro %}
