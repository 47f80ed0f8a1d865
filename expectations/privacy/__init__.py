"""The privacy scan: nothing personal stands in what is published, printed or logged.

patterns (one text) → tables (a DuckDB file) and files (pages, logs, JSON, SQLite, Parquet); columns (by schema)
"""

from expectations.privacy.patterns import Scanner
from expectations.privacy.reports import Hit, require_clean

__all__ = ["Hit", "Scanner", "require_clean"]
