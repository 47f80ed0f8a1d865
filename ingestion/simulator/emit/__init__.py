"""Vendor files as their systems write them, from the world's objects; `deliveries` puts them in order of arrival."""
