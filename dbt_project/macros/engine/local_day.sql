{# The business date of an instant. #}
{% macro local_day(x) %}{{ adapter.dispatch('local_day')(x) }}{% endmacro %}
{# Shanghai has kept UTC+8 without summer time since 15 September 1991: from then on eight hours are added, as DuckDB's
   time zone tables cost fifteen times as much. #}
{% macro duckdb__local_day(x) -%}
case
  when {{ x }} >= timestamptz '1991-09-15 00:00:00+00' and {{ x }} < timestamptz 'infinity'
    then cast(make_timestamp(epoch_us({{ x }}) + 28800000000) as date)
  else cast(({{ x }} at time zone 'Asia/Shanghai') as date)
end
{%- endmacro %}
{% macro spark__local_day(x) %}cast(from_utc_timestamp({{ x }}, 'Asia/Shanghai') as date){% endmacro %}
