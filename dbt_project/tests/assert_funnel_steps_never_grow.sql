-- Every step counts valid leads; a test drive, an order or a walk-in is of a lead that showed; a delivery was ordered.
select *
from {{ ref('mart_conversion_funnel') }}
where leads <> valid_leads + invalid_leads + test_leads
  or greatest(
    contacted_leads, invited_leads, showed_leads, ordered_leads, delivered_leads, defeated_leads,
    invalid_unattempted_leads
  ) > valid_leads
  or greatest(walk_in_showed_leads, test_drive_leads, showed_14d_leads) > showed_leads
  or greatest(delivered_leads, ordered_30d_leads, ordered_90d_leads) > ordered_leads
  or ordered_30d_leads > ordered_90d_leads
  or greatest(defeated_with_reason, avoidable_defeated_leads) > defeated_leads
  or repeat_submissions > submissions
