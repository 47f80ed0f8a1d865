{{ staged_portal_score('yiche') }}
