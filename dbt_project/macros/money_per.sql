{# `fen` (whole, negative where money was given back) over `count` (whole, null where there is none) in yuan, half a fen
   away from zero, as whole division cuts towards it: exactly, as doubles fall on either side of a half. #}
{% macro money_per(fen, count) -%}
{{ in_yuan(int_div('2 * ' ~ fen ~ ' + case when ' ~ fen ~ ' < 0 then -' ~ count ~ ' else ' ~ count ~ ' end', '2 * ' ~ count)) }}
{%- endmacro %}
{# Whole fen as money. #}
{% macro in_yuan(fen) -%}
cast({{ fen }} / 100.0e0 as {{ t('money') }})
{%- endmacro %}
{# An amount of money in whole fen. #}
{% macro in_fen(amount) -%}
cast(round({{ amount }} * 100, 0) as {{ t('int') }})
{%- endmacro %}
