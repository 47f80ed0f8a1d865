{# The columns together identify a row: none is null and no combination occurs twice. #}
{% test is_key(model, columns) %}
select {{ columns | join(', ') }}, count(*) as n
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1 {% for c in columns %} or {{ c }} is null{% endfor %}
{% endtest %}
