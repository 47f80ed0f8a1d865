-- A threshold's responses are among those old enough, later thresholds take in earlier ones.
select *
from {{ ref('mart_response_sla') }}
where le_5m > eligible_5m or le_15m > eligible_15m or le_30m > eligible_30m
  or le_60m > eligible_60m or le_240m > eligible_240m or le_1d > eligible_1d
  or eligible_1d > eligible_240m or eligible_240m > eligible_60m or eligible_60m > eligible_30m
  or eligible_30m > eligible_15m or eligible_15m > eligible_5m or eligible_5m > clock_leads
  or business_le_5m > business_eligible_5m or business_le_30m > business_eligible_30m
  or business_eligible_5m > eligible_5m or business_eligible_30m > eligible_30m
  or clock_leads > valid_leads or never + still_open > clock_leads
  or median_response_minutes < 0 or median_response_minutes > p90_response_minutes
