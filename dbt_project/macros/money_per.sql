{# `fen` (whole) over `count` (whole, null where there is none) in yuan, half a fen up: exactly, as doubles fall on either
   side of a half. #}
{% macro money_per(fen, count) -%}
cast({{ int_div('2 * ' ~ fen ~ ' + ' ~ count, '2 * ' ~ count) }} / 100.0e0 as {{ t('money') }})
{%- endmacro %}
{# An amount of money in whole fen. #}
{% macro in_fen(amount) -%}
cast(round({{ amount }} * 100, 0) as {{ t('int') }})
{%- endmacro %}
