"""The HTTP collector: whole CloudEvents and vendors' calls, signatures checked, answered only after Kafka has them."""
