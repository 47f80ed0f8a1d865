{# A table's description and its columns' as comments, in one statement. dbt's own looks the columns up twice a model, to
   leave out those that are not there: a contract says which are, and a comment on another fails. #}
{% macro duckdb__persist_docs(relation, model, for_relation, for_columns) %}
  {%- set wants_relation = for_relation and config.persist_relation_docs() and model.description %}
  {%- set wants_columns = for_columns and config.persist_column_docs() and model.columns %}
  {%- if wants_relation or wants_columns %}
    {%- call statement('persist_docs') %}
      {%- if wants_relation %}
        {{ alter_relation_comment(relation, model.description) }}
      {%- endif %}
      {%- for column in model.columns.values() if wants_columns and column.description %}
        comment on column {{ relation }}.{{ column.name }} is {{ duckdb_escape_comment(column.description) }};
      {%- endfor %}
    {%- endcall %}
  {%- endif %}
{% endmacro %}
