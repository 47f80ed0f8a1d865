"""The log: log.duckdb, the truth everything else is a view of. Only this package opens it."""

from ingestion.log.opening import open_for_reading, open_for_writing, open_up_to_date

__all__ = ["open_for_reading", "open_for_writing", "open_up_to_date"]
