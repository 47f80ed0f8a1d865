{{ staged_portal_call('autohome') }}
