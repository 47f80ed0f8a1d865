{# `fen` (whole) over `count` (whole, null where there is none) in yuan, half a fen up: exactly, as doubles fall on either
   side of a half. #}
{% macro money_per(fen, count) -%}
{{ in_yuan(int_div('2 * ' ~ fen ~ ' + ' ~ count, '2 * ' ~ count)) }}
{%- endmacro %}
{# Whole fen as money. #}
{% macro in_yuan(fen) -%}
cast({{ fen }} / 100.0e0 as {{ t('money') }})
{%- endmacro %}
{# An amount of money in whole fen. #}
{% macro in_fen(amount) -%}
cast(round({{ amount }} * 100, 0) as {{ t('int') }})
{%- endmacro %}
