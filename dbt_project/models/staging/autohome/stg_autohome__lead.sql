{{ staged_portal_lead('autohome', tells_storing=true) }}
