{# A record's own employee id and the version of their employment valid at an instant: `consultant_at` joins the staff
   (aliases `<c>` and `<c>_staff`), the others read them. Nobody is `unassigned`, somebody unknown `unmatched`. #}
{% macro known_employee(employee, c='c') -%}
case when {{ employee }} = 'unassigned' then 'unassigned' else coalesce({{ c }}_staff.employee_id, 'unmatched') end
{%- endmacro %}
{% macro known_consultant(employee, c='c') -%}
case when {{ employee }} = 'unassigned' then 'unassigned' else coalesce({{ c }}.consultant_key, 'unmatched') end
{%- endmacro %}
{% macro consultant_at(employee, at, c='c') -%}
left join {{ ref('int_employees') }} {{ c }}_staff on {{ c }}_staff.employee_id = {{ employee }}
left join {{ ref('dim_consultant') }} {{ c }}
  on {{ c }}.employee_id = {{ employee }} and {{ at }} >= {{ c }}.valid_from_at and {{ at }} < {{ c }}.valid_to_at
{%- endmacro %}
