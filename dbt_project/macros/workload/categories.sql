{# The categories of a person's time in order of precedence: the first that covers a stretch has its net hours. #}
{% macro categories() %}
{{ return(['reception', 'delivery', 'contact', 'live', 'outreach', 'meeting', 'training', 'control', 'other']) }}
{% endmacro %}

{# Those in which a customer is served. #}
{% macro customer_facing() %}
{{ return(['reception', 'delivery', 'contact', 'live', 'outreach']) }}
{% endmacro %}
