{# A key that joins the records of one customer, as text: the `kind` and what tells it apart, columns of the table `of`
   (its name with the dot; int_customer_keys says which keys join whom). Null where a part is. #}
{% macro customer_key(kind, of='') -%}
{%- set parts = {
  'phone': ['customer_phone_token'],
  'lead': ['crm_lead_id'],
  'customer': ['store_id', 'crm_customer_id'],
  'outer': ['outer_key'],
  'masked': ['store_id', 'customer_phone_masked', 'name_token']
}[kind] -%}
'{{ kind }}:' || {{ of }}{{ parts | join(" || ':' || " ~ of) }}
{%- endmacro %}
