{# Open ends of validity: instants before and after everything that happens. #}
{% macro beginning() %}{{ ts_from_epoch_us('0') }}{% endmacro %}
{% macro forever() %}{{ ts_from_epoch_us('32503680000000000') }}{% endmacro %}
