{# A view, made anew in one transaction like a table: for what one model alone reads, which is then computed within its
   reader and never written. It names no database, so that a copy of the file under another name reads its own tables. #}
{% materialization view, adapter='duckdb' %}
  {%- set target_relation = this.incorporate(type='view') %}
  {{- run_hooks(pre_hooks, inside_transaction=True) }}
  {%- do make_room() %}
  {%- call statement('main') %}
    {{- create_view_as(target_relation, compiled_code | replace(adapter.quote(this.database) ~ '.', '')) }}
  {%- endcall %}
  {%- do persist_docs(target_relation, model) %}
  {{- run_hooks(post_hooks, inside_transaction=True) }}
  {%- do adapter.commit() %}
  {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
