{# `YYYY-MM-DD HH:MM:SS` of Asia/Shanghai, or of the zone it names, to an instant; null where it is no time. #}
{% macro local_text_to_utc(x) %}{{ adapter.dispatch('local_text_to_utc')(x) }}{% endmacro %}
{# Without DuckDB's time zone tables where eight hours do, as in local_day: for a text to the second, which names no zone. A
   text is searched for a slash sooner than written anew. #}
{% macro duckdb__local_text_to_utc(x) -%}
{%- set text = "case when contains(" ~ x ~ ", '/') then replace(" ~ x ~ ", '/', '-') else " ~ x ~ " end" -%}
case
  when {{ x }} >= '1992' and {{ x }} < '3' and length({{ x }}) = 19 and substr({{ x }}, 17, 1) = ':'
    then make_timestamptz(epoch_us(try_cast({{ text }} as timestamp)) - 28800000000)
  when {{ names_zone(x) }}
    then try_cast(regexp_replace({{ text }}, '^([^:]+:[0-9]+)(Z|[+-][0-9:]+)$', '\1:00\2') as timestamptz)
  else try_cast({{ text }} as timestamp) at time zone 'Asia/Shanghai'
end
{%- endmacro %}
{% macro spark__local_text_to_utc(x) -%}
{%- set text = "replace(" ~ x ~ ", '/', '-')" -%}
case
  when {{ names_zone(x) }}
    then try_cast(regexp_replace({{ text }}, r'^([^:]+:[0-9]+)(Z|[+-][0-9:]+)$', '$1:00$2') as timestamp)
  else to_utc_timestamp(try_cast({{ text }} as timestamp), 'Asia/Shanghai')
end
{%- endmacro %}
{# Whether a text of a time ends with a zone: Z, +08:00 or +0800. Without seconds it is given none, which no engine reads. #}
{% macro names_zone(x) %}{{ regexp_has(x, ':[0-9]+([.][0-9]+)?(Z|[+-][0-9:]+)$') }}{% endmacro %}
