{# What every record of the dealer's own systems says of where, who, and which customer (ingestion/contract.py,
   CustomerRecord). The store is as the record names it: HR need not know it (macros/identity/known_store.sql). #}
{% macro customer_record_columns() %}
  {{ given('data.store_id') }} as store_id,
  {{ given('data.employee_id') }} as employee_id,
  {{ given('data.lead_id') }} as crm_lead_id,
  {{ given('data.customer_id') }} as crm_customer_id,
  {{- phone_columns('customer_phone') }},
  {{- name_columns('customer_name') }}
{%- endmacro %}
