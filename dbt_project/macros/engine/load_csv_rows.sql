{# Seeds on Spark: dbt-spark binds a null as the text None, true as 1.0 and a quotation mark unescaped; here every
   value is written as a literal. #}
{% macro spark__load_csv_rows(model, agate_table) %}
  {%- set types = model['config'].get('column_types', {}) %}
  {%- set names = agate_table.column_names %}
  {%- set sql %}
insert into {{ this.render() }} values
    {%- for row in agate_table.rows %}
  (
      {%- for name in names %}
        {%- set type = types.get(name, adapter.convert_type(agate_table, loop.index0)) -%}
        cast({{ spark_literal(row[name]) }} as {{ type }}){{ ', ' if not loop.last }}
      {%- endfor -%}
  ){{ ',' if not loop.last }}
    {%- endfor %}
  {%- endset %}
  {%- if agate_table.rows | length > 0 %}
    {%- do adapter.add_query(sql, abridge_sql_log=True) %}
  {%- endif %}
  {{ return(sql) }}
{% endmacro %}
{% macro spark_literal(value) -%}
  {%- if value is none -%} null
  {%- elif value is boolean or value is number -%} {{ value | string | lower }}
  {%- else -%} '{{ value | string | replace('\\', '\\\\') | replace("'", "\\'") }}'
  {%- endif -%}
{%- endmacro %}
