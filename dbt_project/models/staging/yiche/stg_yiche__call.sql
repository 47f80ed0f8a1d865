{{ staged_portal_call('yiche') }}
