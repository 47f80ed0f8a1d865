with named as (
  select series_id, brand, series_name as series, energy_type, 1 as rank
  from {{ ref('int_orders') }} where series_id is not null
  union all
  select series_id, null, series_name, null, 2 from {{ ref('int_submissions') }} where series_id is not null
  union all
  select series_id, null, null, null, 3 from {{ ref('int_crm_leads') }} where series_id is not null
)

select
  series_id,
  coalesce(max(brand), 'unknown') as brand,
  coalesce(max(case when rank = 1 then series end), max(series), 'unknown') as series,
  max(energy_type) as energy_type
from named
group by series_id
union all
select 'unknown', 'unknown', 'unknown', null
