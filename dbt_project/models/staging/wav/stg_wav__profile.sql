with events as (
  {{ raw_events('wav.profile') }}
),

typed as (
  select *, {{ json_text('data', 'CustomerId') }} as profile_id
  from events
)

select
  profile_id,
  {{ json_text('data', 'DealerCode') }} as dealer_id,
  nullif({{ json_text('data', 'AgeRangeName') }}, '') as age_range,
  nullif({{ json_text('data', 'JobTypeName') }}, '') as job_type,
  nullif({{ json_text('data', 'FamilyStructure') }}, '') as household,
  nullif({{ json_text('data', 'DecisionMaker') }}, '') as decision_maker,
  nullif({{ json_text('data', 'VehiclePurpose.VehiclePurposeCode') }}, '') as purpose,
  nullif({{ json_text('data', 'PurchaseConcern[0].Code') }}, '') as first_concern,
  nullif({{ json_text('data', 'Gender') }}, '0') as gender,
  {{ phone_columns('Phone', 'customer_phone') }},
  {{ name_columns('UserName') }},
  {{ local_text_to_utc(json_text('data', 'CreateTime')) }} as created_at,
  {{ staged("account || ':' || profile_id") }}
from typed
