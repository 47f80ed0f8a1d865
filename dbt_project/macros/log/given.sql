{# A text of the payload, null where it is blank or 0: what a vendor leaves empty, or at a number's default, and what it
   leaves out are the same. #}
{% macro given(text) -%}
nullif(nullif({{ text }}, ''), '0')
{%- endmacro %}
