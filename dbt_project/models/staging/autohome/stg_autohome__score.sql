{{ staged_portal_score('autohome') }}
