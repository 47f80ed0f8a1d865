{# The store a record names, if HR knows one of that id, else `unknown`, until HR's file tells of it: `store_named` joins the
   stores (alias `<s>`), `known_store` reads them. Whatever takes a store from a record, and not from an account or a line
   that HR gave a store, says it with these two. #}
{% macro known_store(s='s') -%}
coalesce({{ s }}.store_id, 'unknown')
{%- endmacro %}
{% macro store_named(store, s='s') -%}
left join {{ ref('dim_store_current') }} {{ s }} on {{ s }}.store_id = {{ store }}
{%- endmacro %}
{# The store that held a vendor's account, or a telephone line, at the instant of the record itself (alias `<s>`), which
   `known_store` reads as well: `unknown` where nobody did. A record without a time came before all that is dated. #}
{% macro store_of_account(system, account, at, s='s') -%}
left join {{ ref('int_store_accounts') }} {{ s }}
  on {{ s }}.system = {{ system }} and {{ s }}.account = {{ account }} and {{ held_at(at, s) }}
{%- endmacro %}
{% macro store_of_line(number, at, s='s') -%}
left join {{ ref('int_store_lines') }} {{ s }} on {{ s }}.number_token = {{ number }} and {{ held_at(at, s) }}
{%- endmacro %}
{% macro held_at(at, s) -%}
coalesce({{ at }}, {{ beginning() }}) >= {{ s }}.valid_from_at and coalesce({{ at }}, {{ beginning() }}) < {{ s }}.valid_to_at
{%- endmacro %}
