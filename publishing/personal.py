"""The last look before the swap: a draft that holds personal data is not published."""

from __future__ import annotations

from pathlib import Path

from expectations.manifest import FILES
from expectations.privacy import Scanner
from expectations.privacy import require_clean as require_no_hits
from expectations.privacy.files import scan_text, scan_tree
from expectations.privacy.tables import scan_database
from ingestion.errors import UplogError
from ingestion.personal.known import KnownNames
from ingestion.personal.secrets import load_secrets
from ingestion.personal.vault import Vault
from ingestion.settings import Settings


def require_clean(settings: Settings, folder: Path) -> None:
    """Scan the three files and the pages of a draft.

    Raises:
        GateFailed: names table, column, kind and count, never a value.
        UplogError: the file of canaries cannot be read.
    """
    scanner = Scanner(canaries(settings))
    secrets = load_secrets(settings)
    with Vault(settings.vault_path, secrets.vault_key, secrets.dead_letter_key) as vault:
        names = KnownNames(secrets, vault)
        hits = [
            hit
            for file in FILES
            for hit in scan_database(folder / f"{file}.duckdb", scanner, known_names=names, is_published=True)
        ]
    require_no_hits([*hits, *scan_tree(folder / "docs", scanner)], "the draft")


def require_clean_page(settings: Settings, name: str, text: str) -> None:
    """Scan a page before anybody can read it. Names are the business of the file it is made from, which was scanned.

    Raises:
        GateFailed: names kind and count, never a value.
        UplogError: the file of canaries cannot be read.
    """
    require_no_hits(scan_text(text.splitlines(), Scanner(canaries(settings)), name), "the page")


def canaries(settings: Settings) -> list[str]:
    """The values planted to be found, one a line of `settings.canaries`."""
    if settings.canaries is None:
        return []
    try:
        text = settings.canaries.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise UplogError(f"{settings.canaries} is not readable", "UPLOG_CANARIES names a UTF-8 text file") from None
    return [line.strip() for line in text.splitlines() if line.strip()]
