{{ staged_portal_score('dongchedi') }}
