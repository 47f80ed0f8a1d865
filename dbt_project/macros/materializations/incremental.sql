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

{# Rows of other columns are not appended: the model was changed and needs a full refresh. #}
{% macro require_same_columns(target_relation) %}
  {%- set held = adapter.get_columns_in_relation(target_relation) | map(attribute='name') | list %}
  {%- set selected = adapter.get_column_schema_from_query(compiled_code) | map(attribute='name') | list %}
  {%- if held != selected %}
    {%- do exceptions.raise_compiler_error(
      target_relation ~ " has other columns than its model now selects: build it with --full-refresh"
    ) %}
  {%- endif %}
{% endmacro %}
