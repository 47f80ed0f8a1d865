{# No number of the table is endless or no number at all (NaN), no count is null, and nothing is below zero: what we count and measure
   is not. `signed` names what may be: differences, estimates, and what a vendor or the accounts say, which we do not correct.
   `unknown` names whole numbers that may be null. NaN is above every number on both engines. #}
{% test has_sound_numbers(model, signed=[], unknown=[]) %}
{%- set wrong = [] %}
{%- for column in adapter.get_columns_in_relation(model) if execute %}
  {%- set name, type = column.name, column.dtype.lower().split('(')[0] %}
  {%- if type in ('bigint', 'int', 'integer', 'double', 'decimal') and name not in signed %}
    {%- do wrong.append(name ~ (' < -1e-6' if type == 'double' else ' < 0')) %}
  {%- endif %}
  {%- if type in ('bigint', 'int', 'integer') and name not in unknown %}
    {%- do wrong.append(name ~ ' is null') %}
  {%- elif type == 'double' %}
    {%- do wrong.append(name ~ ' > 1e300 or ' ~ name ~ ' < -1e300') %}
  {%- endif %}
{%- endfor %}
select *
from {{ model }}
where {{ wrong | join('\n  or ') or 'false' }}
{% endtest %}
