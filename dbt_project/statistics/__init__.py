"""Statistics that SQL has no words for; read by the Python models in `models/intermediate/effects`."""
