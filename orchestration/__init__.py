"""Dagster, the command line and the build: whatever calls the other packages."""
