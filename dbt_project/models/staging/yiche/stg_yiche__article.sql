{{ staged_portal_article('yiche') }}
