{{ staged_portal_call('dongchedi') }}
