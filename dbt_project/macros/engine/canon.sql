{# A value as canonical text, so that equal values hash alike on every engine. #}
{% macro canon(c, kind) %}
{%- if kind == 'instant' -%}coalesce(cast({{ epoch_us(c) }} as {{ t('text') }}), '~')
{%- elif kind == 'double' -%}coalesce(cast(cast(round({{ c }}, 6) as decimal(38,6)) as {{ t('text') }}), '~')
{%- elif kind == 'text' -%}coalesce(cast(length({{ c }}) as {{ t('text') }}) || ':' || {{ c }}, '~')
{%- else -%}coalesce(cast({{ c }} as {{ t('text') }}), '~')
{%- endif -%}
{% endmacro %}
