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
  {{ given('data.AgeRangeName') }} as age_range,
  {{ given('data.JobTypeName') }} as job_type,
  {{ given('data.FamilyStructure') }} as household,
  {{ given('data.DecisionMaker') }} as decision_maker,
  {{ given('data.VehiclePurpose.VehiclePurposeCode') }} as purpose,
  {{ given(json_text('data.PurchaseConcern', '[0].Code')) }} as first_concern,
  {{ given('data.Gender') }} as gender,
  {{ phone_columns('Phone', 'customer_phone') }},
  {{ name_columns('UserName') }},
  {{ local_text_to_utc('data.CreateTime') }} as created_at,
  {{ staged("account || ':' || profile_id") }}
from typed
