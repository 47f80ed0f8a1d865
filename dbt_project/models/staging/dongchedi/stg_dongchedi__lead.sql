{{ staged_portal_lead('dongchedi') }}
