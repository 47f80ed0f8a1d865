"""Every source has what a source needs, and the catalogue says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion import catalogue
from ingestion.contract import Source
from ingestion.readers.mapping import mapping_for
from ingestion.sources import sources
from ingestion.topics import TOPICS

ROOT = Path(__file__).parents[2]
EACH = pytest.mark.parametrize("source", sources().values(), ids=lambda source: source.name)


@EACH
def test_source_travels_on_a_topic_of_the_closed_list(source: Source) -> None:
    assert source.topic in TOPICS


@EACH
def test_source_ships_an_example_and_its_mapping(source: Source) -> None:
    assert (ROOT / "examples" / source.example).is_file()
    assert (mapping_for(source) is None) == (source.mapping is None)


def test_catalogue_of_sources_is_current() -> None:
    assert catalogue.stale(ROOT) == []


def test_catalogue_that_is_not_current_is_named(tmp_path: Path) -> None:
    catalogue.write(tmp_path)
    (tmp_path / "docs" / "sources.md").write_text("old")
    (tmp_path / "docs" / "schemas" / "gone.v1.json").write_text("{}")
    assert catalogue.stale(tmp_path) == ["docs/sources.md", "docs/schemas/gone.v1.json"]
