{# An order-free hash of a table that every engine computes alike: ids, counts, instants and decimals
   exactly, doubles rounded to six places. `cols` is a list of [name, kind]. #}
{% macro table_hash(rel, cols) %}
select
  '{{ rel.identifier }}' as tab,
  count(*) as n,
  sum(cast({{ hex15_to_int("substr(h, 1, 15)") }} as decimal(38,0))) as h1,
  sum(cast({{ hex15_to_int("substr(h, 17, 15)") }} as decimal(38,0))) as h2
from (
  select md5(concat_ws('|', {% for c, k in cols %}{{ canon(c, k) }}{{ ', ' if not loop.last }}{% endfor %})) as h
  from {{ rel }}
) z
{% endmacro %}
