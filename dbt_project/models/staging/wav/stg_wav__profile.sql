with events as (
  {{ raw_events('wav.profile') }}
),

typed as (
  select *, data.CustomerId as profile_id
  from events
)

select
  profile_id,
  data.DealerCode as dealer_id,
  nullif(data.AgeRangeName, '') as age_range,
  nullif(data.JobTypeName, '') as job_type,
  nullif(data.FamilyStructure, '') as household,
  nullif(data.DecisionMaker, '') as decision_maker,
  nullif(data.VehiclePurpose.VehiclePurposeCode, '') as purpose,
  nullif({{ json_text('data.PurchaseConcern', '[0].Code') }}, '') as first_concern,
  nullif(data.Gender, '0') as gender,
  {{ phone_columns('Phone', 'customer_phone') }},
  {{ name_columns('UserName') }},
  {{ local_text_to_utc('data.CreateTime') }} as created_at,
  {{ staged("account || ':' || profile_id") }}
from typed
