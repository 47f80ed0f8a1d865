{# A contract's `not_null` on Spark: Parquet tables have no constraints, so the rows are looked at once they stand. #}
{% macro spark__persist_constraints(relation, model) %}
  {%- set found = namespace(columns=[]) %}
  {%- for column in model.columns.values() if 'not_null' in (column.constraints | map(attribute='type')) %}
    {%- set found.columns = found.columns + [column.name] %}
  {%- endfor %}
  {%- if config.get('contract').enforced and found.columns %}
    {%- set nulls = run_query(
      "select count_if(" ~ found.columns | join(" is null), count_if(") ~ " is null) from " ~ relation
    ).rows[0] %}
    {%- for column in found.columns %}
      {%- if nulls[loop.index0] > 0 %}
        {%- do exceptions.raise_compiler_error(relation ~ "." ~ column ~ " is null in " ~ nulls[loop.index0] ~ " rows") %}
      {%- endif %}
    {%- endfor %}
  {%- endif %}
{% endmacro %}
