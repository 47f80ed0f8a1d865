{# How a code of a closed list may be written: as the code itself or by its Chinese name. One row per spelling, so that
   a record's text finds its code by equality, which engines join by hash. #}
{% macro spellings(domain) -%}
select code as spelling, code from {{ ref('kinds') }} where domain = '{{ domain }}'
union
select name_zh as spelling, code from {{ ref('kinds') }} where domain = '{{ domain }}'
{%- endmacro %}

{# The same of platforms, as the lead system's channels and the stores' lines name them. #}
{% macro platform_spellings() -%}
select platform as spelling, platform from {{ ref('platforms') }}
union
select platform_name_zh as spelling, platform from {{ ref('platforms') }}
{%- endmacro %}
