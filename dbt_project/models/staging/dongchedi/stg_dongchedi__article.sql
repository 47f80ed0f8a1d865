{{ staged_portal_article('dongchedi') }}
