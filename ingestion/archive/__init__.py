"""The log as Parquet, by landing day, with a manifest of hashes; and the log again from it.

The archive holds what the log holds: tokens and sealed bytes, nothing readable. The secret and the vault are not
in it and are backed up apart.
"""

from ingestion.archive.places import known_archives
from ingestion.archive.restoring import Restored, restore
from ingestion.archive.writing import Archived, archive, rewrite_archives

__all__ = ["Archived", "Restored", "archive", "known_archives", "restore", "rewrite_archives"]
