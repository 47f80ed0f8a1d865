-- The difference is ours less theirs; a cause explains it where one is named, and nowhere else.
select *
from {{ ref('mart_reconciliation') }}
where difference <> ours - theirs
  or (explained_by is null and unexplained <> difference)
