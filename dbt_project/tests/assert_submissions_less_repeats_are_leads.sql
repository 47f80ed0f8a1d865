-- Submissions less repeats are the leads that a submission opened, platform by platform.
select s.platform, s.opened, l.leads
from (
  select platform, count(case when not is_repeat then 1 end) as opened
  from {{ ref('fct_lead_submissions') }}
  group by platform
) s
full join (
  select platform, count(*) as leads
  from {{ ref('int_leads') }}
  where is_submitted
  group by platform
) l on l.platform = s.platform
where coalesce(s.opened, 0) <> coalesce(l.leads, 0)
