with events as (
  {{ raw_events('adf.prospect') }}
),

typed as (
  select
    *,
    {{ json_text('data.id', '[0].value') }} as prospect_id,
    coalesce({{ json_text('data.id', '[0].source') }}, '') as id_source,
    {{ json_text('data.customer.contact', '[0].name[0].part') }} as name_part
  from events
)

select
  prospect_id,
  id_source,
  data.status as status,
  account as vendor_id,
  data.vendor.vendorname as vendor_name,
  lower({{ json_text('data.provider.name', '[0].value') }}) as provider_name,
  data.provider.service as provider_service,
  {{ json_text('data.vehicle', '[0].interest') }} as vehicle_interest,
  {{ json_text('data.vehicle', '[0].make') }} as vehicle_make,
  {{ json_text('data.vehicle', '[0].model') }} as vehicle_model,
  {{ token('data.customer.contact', '[0].email[0].value') }} as customer_email_token,
  {{ token('data.customer.contact', '[0].phone[0].value') }} as customer_phone_token,
  {{ json_text('data.customer.contact', '[0].phone[0].value.class') }} as customer_phone_class,
  {{ masked_token('data.customer.contact', '[0].phone[0].value') }} as customer_phone_masked,
  case
    when coalesce(name_part, 'full') = 'full' then {{ token('data.customer.contact', '[0].name[0].value') }}
  end as name_token,
  {{ json_text('data.customer.contact', '[0].name[0].value.form') }} as name_form,
  coalesce({{ json_text('data.customer.contact', '[0].name[0].value.is_test') }} = 'true', false) as name_is_test,
  occurred_at as submitted_at,
  {{ staged("account || ':' || id_source || ':' || prospect_id") }}
from typed
