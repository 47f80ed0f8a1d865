{# Open ends of validity: instants and days before and after everything that happens. #}
{% macro beginning() %}{{ ts_from_epoch_us('0') }}{% endmacro %}
{% macro forever() %}{{ ts_from_epoch_us('32503680000000000') }}{% endmacro %}
{% macro first_day() %}date '1970-01-01'{% endmacro %}
{% macro last_day() %}date '3000-01-01'{% endmacro %}
