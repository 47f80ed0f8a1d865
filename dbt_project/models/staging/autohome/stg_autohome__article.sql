{{ staged_portal_article('autohome') }}
