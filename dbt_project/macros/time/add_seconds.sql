{# An instant so many seconds later; keeps microseconds on both engines. #}
{% macro add_seconds(at, seconds) %}{{ ts_from_epoch_us(epoch_us(at) ~ " + cast(cast(" ~ seconds ~ " as double) * 1000000 as bigint)") }}{% endmacro %}
