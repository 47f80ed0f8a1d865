{# Epoch microseconds to an instant. #}
{% macro ts_from_epoch_us(x) %}{{ adapter.dispatch('ts_from_epoch_us')(x) }}{% endmacro %}
{% macro duckdb__ts_from_epoch_us(x) %}make_timestamptz(cast({{ x }} as bigint)){% endmacro %}
{% macro spark__ts_from_epoch_us(x) %}timestamp_micros(cast({{ x }} as bigint)){% endmacro %}
