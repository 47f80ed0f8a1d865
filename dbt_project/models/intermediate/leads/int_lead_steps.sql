{# A lead begins with the first opener of a customer at a store and with each that finds the lead before closed and does
   not re-open it; all that follows is of it. #}
{%- set within = var('reopen_hours') * 3600000000 %}
{%- set placed %}partition by party, store_id order by place rows between unbounded preceding and{% endset %}
with happened as (
  select
    *,
    max(case when is_opener then place end) over ({{ placed }} 1 preceding) as opened_place,
    max(case when is_closing then place end) over ({{ placed }} 1 preceding) as closed_place,
    max(case when is_closing then happened_at end) over ({{ placed }} 1 preceding) as closed_at
  from {{ ref('int_lead_openers') }}
  where opener_no > 0
),

found as (
  select
    *,
    is_opener and coalesce(closed_place > opened_place, false) as found_closed
  from happened
),

decided as (
  select
    *,
    is_opener and (
      opener_no = 1
      or (found_closed and kind in ('visit', 'order'))
      or (
        found_closed and kind <> 'reopening'
        and {{ epoch_us('happened_at') }} - {{ epoch_us('closed_at') }} >= {{ within }}
      )
    ) as is_first
  from found
)

select
  'l' || substr(md5({{ last_known('case when is_first then record_key end') }} over ({{ placed }} current row)), 1, 16)
    as lead_id,
  party,
  store_id,
  record_key,
  kind,
  happened_at,
  opener_no,
  is_opener,
  is_first,
  found_closed and not is_first as is_reopening,
  is_closing
from decided
