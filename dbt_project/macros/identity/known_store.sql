{# The store a record names, if HR knows one of that id, else `unknown`, until HR's file tells of it: `store_named` joins the
   stores (alias `<s>`), `known_store` reads them. Whatever takes a store from a record, and not from an account or a line
   that HR gave a store, says it with these two. #}
{% macro known_store(s='s') -%}
coalesce({{ s }}.store_id, 'unknown')
{%- endmacro %}
{% macro store_named(store, s='s') -%}
left join {{ ref('dim_store_current') }} {{ s }} on {{ s }}.store_id = {{ store }}
{%- endmacro %}
