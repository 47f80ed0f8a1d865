"""Every number and name of the simulated group is a canary; none is readable in anything uplog made of them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from expectations.privacy import Scanner
from expectations.privacy.files import scan_file, scan_text, scan_tree
from expectations.privacy.tables import scan_database
from orchestration.cli.app import main
from tests.e2e.way import WholeWay


@pytest.fixture(scope="module")
def numbers(whole_way: WholeWay) -> list[str]:
    group = whole_way.world.group
    found = {customer.phone for customer in group.journal.customers if len(customer.phone) == 11}
    return sorted(found | {person.phone for person in group.people})


@pytest.fixture(scope="module")
def names(whole_way: WholeWay) -> list[str]:
    group = whole_way.world.group
    found = {one.name for one in (*group.journal.customers, *group.people)}
    return sorted(name for name in found if len(name) > 2)


def test_published_files_hold_no_number_and_no_name(whole_way: WholeWay, numbers: list[str], names: list[str]) -> None:
    assert len(numbers) > 300
    assert len(names) > 200
    scanner = Scanner([*numbers, *names])
    published = whole_way.settings.published_path
    hits = [
        hit
        for file in ("marts", "detail", "people")
        for hit in scan_database(published / f"{file}.duckdb", scanner, is_published=True)
    ]
    assert hits == []
    assert scan_tree(published / "builds", Scanner()) == []
    assert scan_tree(published / "judged", scanner) == []


@pytest.mark.parametrize("what", ["log.duckdb", "warehouse.duckdb", "dbt", "history.sqlite", "landing.json"])
def test_state_holds_no_number(whole_way: WholeWay, numbers: list[str], what: str) -> None:
    scanner = Scanner(numbers if what.endswith(".json") else ())
    assert scan_tree(whole_way.settings.home / what, scanner) == []


def test_vault_holds_no_readable_byte_of_a_number_or_a_name(
    whole_way: WholeWay, numbers: list[str], names: list[str]
) -> None:
    held = (whole_way.settings.home / "vault.sqlite").read_bytes()
    assert not [one for one in (*numbers, *names) if one.encode() in held]
    assert scan_file(whole_way.settings.home / "vault.sqlite", Scanner()) == []


@pytest.mark.parametrize(
    "command",
    [
        ["status"],
        ["dead-letters", "list"],
        ["query", "from fct_leads limit 50", "--file", "detail"],
        ["query", "from mart_consultant_day limit 50", "--file", "people"],
        ["doctor"],
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_listings_print_no_number(
    whole_way: WholeWay,
    numbers: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: list[str],
) -> None:
    from ingestion.settings import settings

    monkeypatch.setenv("UPLOG_HOME", str(whole_way.settings.home))
    settings.cache_clear()
    main(command)
    printed = capsys.readouterr()
    settings.cache_clear()
    assert printed.out
    assert scan_text((printed.out + printed.err).splitlines(), Scanner(numbers), " ".join(command)) == []


def test_nothing_above_reads_with_its_eyes_shut(whole_way: WholeWay, numbers: list[str], tmp_path: Path) -> None:
    """The same scan over a file with one of the numbers in it is red."""
    where = tmp_path / "answer.json"
    where.write_text(f'{{"customer": "{numbers[0]}"}}\n')
    assert {hit.kind for hit in scan_tree(where, Scanner(numbers))} == {"phone", "canary"}
    assert os.path.getsize(where)
