"""The sources from outside, and the file that `examples/` holds of each, imported."""

from __future__ import annotations

from pathlib import Path

from ingestion.contract import Source
from ingestion.imports import ImportReport, import_files
from ingestion.producer import Producer
from ingestion.settings import Settings
from ingestion.sources import sources
from ingestion.topics import CONTROL

EXAMPLES = Path(__file__).parents[1] / "examples"


def outside() -> list[Source]:
    """All sources but those of uplog's own events."""
    return [one for one in sources().values() if one.topic != CONTROL]


def import_example(settings: Settings, source: Source, producer: Producer | None = None) -> ImportReport:
    return import_files(
        settings, source.name, [EXAMPLES / source.example], account=source.example_account, producer=producer
    )
