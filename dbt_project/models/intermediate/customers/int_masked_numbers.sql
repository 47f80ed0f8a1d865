{# What a masked number may tell: with its store and name it is a key of the one full number that answers to it, or of
   none; never where several full numbers do. -#}
with records as (
  select * from {{ ref('int_customer_records') }} where store_id <> 'unknown'
),

masked as (
  select store_id, customer_phone_masked, name_token
  from records
  where customer_phone_class = 'masked' and customer_phone_masked is not null and name_token is not null
  group by store_id, customer_phone_masked, name_token
)

select
  {{ customer_key('masked', 'm.') }} as key,
  m.store_id,
  m.customer_phone_masked,
  m.name_token,
  min(f.label) as full_label,
  coalesce(min(f.label) <> max(f.label), false) as is_ambiguous
from masked m
left join records f
  on f.store_id = m.store_id and f.customer_phone_masked = m.customer_phone_masked and f.name_token = m.name_token
  and f.customer_phone_class = 'mobile'
group by m.store_id, m.customer_phone_masked, m.name_token
