{# A subject or a place, as patterns look for it: small letters of common width, simplified characters, no blanks. The
   characters are those of our seeds' words; what `translate` has nothing for it leaves out. #}
{% macro folded(x) %}{{ adapter.dispatch('folded')(x) }}{% endmacro %}
{% macro spark__folded(x) %}{{ duckdb__folded(x) }}{% endmacro %}
{% macro duckdb__folded(x) -%}
{%- set wide, narrow = 'ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ０１２３４５６７８９', 'abcdefghijklmnopqrstuvwxyz0123456789' %}
{%- set traditional = '會週訓復複盤戰敗線綫話術練試庫績訴滿動員價溝標總結頻廠機團門車產視運營臺訊釘銷務議導賽檢討' %}
{%- set simplified = '会周训复复盘战败线线话术练试库绩诉满动员价沟标总结频厂机团门车产视运营台讯钉销务议导赛检讨' %}
{%- set blanks = ' \u3000\u00a0\t' %}
translate(lower({{ x }}), '{{ wide ~ traditional ~ blanks }}', '{{ narrow ~ simplified }}')
{%- endmacro %}
