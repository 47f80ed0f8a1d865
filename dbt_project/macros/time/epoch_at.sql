{# A vendor's epoch (number or numeric text; 0 and blank mean none) to an instant. #}
{% macro epoch_ms_at(x) %}{{ ts_from_epoch_us("nullif(try_cast(" ~ x ~ " as bigint), 0) * 1000") }}{% endmacro %}
{% macro epoch_s_at(x) %}{{ ts_from_epoch_us("nullif(try_cast(" ~ x ~ " as bigint), 0) * 1000000") }}{% endmacro %}
