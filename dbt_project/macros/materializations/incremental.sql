{# A table that only grows: a model selects what the table does not hold yet, which is appended in one statement. The
   table is made anew when there is none or a full refresh is asked for. #}
{% materialization incremental, adapter='duckdb', supported_languages=['sql'] %}
  {%- set target_relation = this.incorporate(type='table') %}
  {{- run_hooks(pre_hooks, inside_transaction=True) }}
  {%- if is_incremental() %}
    {%- do require_same_columns(target_relation) %}
    {%- call statement('main') %}
      insert into {{ target_relation }}
      {{ compiled_code }}
    {%- endcall %}
  {%- else %}
    {%- do make_room() %}
    {%- call statement('main') %}
      {{- create_table_as(False, target_relation, compiled_code) }}
    {%- endcall %}
  {%- endif %}
  {%- do persist_docs(target_relation, model) %}
  {{- run_hooks(post_hooks, inside_transaction=True) }}
  {%- do adapter.commit() %}
  {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{# Rows of other columns are not appended: the model was changed and needs a full refresh. One statement that fails and
   fetches nothing: dbt's own ways of asking for columns cost more than most appends. #}
{% macro require_same_columns(target_relation) %}
  {%- call statement('require_same_columns') %}
    select error('{{ target_relation.identifier }} has other columns than its model now selects: build it with --full-refresh')
    where (select list(column_name) from (describe {{ target_relation }}))
      <> (select list(column_name) from (describe {{ compiled_code }}))
  {%- endcall %}
{% endmacro %}
