{# A text of the payload, null where it is blank: what a vendor leaves empty and what it leaves out are the same. #}
{% macro given(text) -%}
nullif({{ text }}, '')
{%- endmacro %}
