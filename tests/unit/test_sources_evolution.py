"""A change of a contract that would break stored events is refused, named by contract and field; others pass."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from msgspec import Meta

from ingestion import evolution
from ingestion.catalogue import schema
from ingestion.contract import At, Dropped, FreeText, Id, Name, Phone, Record, Source
from ingestion.errors import UplogError
from ingestion.evolution import base, breaches, check_against, present, schemas_at
from orchestration.cli import main


class Line(Record, kw_only=True):
    sku: str
    count: int | None = None


class Order(Record, kw_only=True):
    order_id: str
    placed_at: str
    phone: Phone | None = None
    remark: FreeText | None = None
    state: Literal["open", "closed"] = "open"
    lines: list[Line] = []
    first: Line | None = None
    amount: Annotated[int, Meta(ge=0)] = 0


class WithMore(Order, kw_only=True):
    note: str | None = None


class WithDropped(Order, kw_only=True):
    address: Dropped | None = None


class WithName(Order, kw_only=True):
    buyer: Name | None = None


class DroppedNow(Order, kw_only=True):
    remark: Dropped | None = None


class WithRequired(Order, kw_only=True):
    note: str


class WithMoreOfALine(Line, kw_only=True):
    colour: str | None = None


class WithNewLine(Record, kw_only=True):
    order_id: str
    placed_at: str
    phone: Phone | None = None
    remark: FreeText | None = None
    state: Literal["open", "closed", "void"] = "open"
    lines: list[WithMoreOfALine] = []
    first: WithMoreOfALine | None = None
    amount: int | None = 0


class Renamed(Record, kw_only=True):
    order_id: str
    placed: str
    phone: Phone | None = None
    remark: FreeText | None = None
    state: Literal["open", "closed"] = "open"
    lines: list[Line] = []
    first: Line | None = None
    amount: Annotated[int, Meta(ge=0)] = 0


class Retyped(Order, kw_only=True):
    order_id: Id


class RequiredNow(Order, kw_only=True):
    remark: FreeText | None


class NeverNull(Order, kw_only=True):
    remark: FreeText = ""


class Fewer(Order, kw_only=True):
    state: Literal["open"] = "open"


class Higher(Order, kw_only=True):
    amount: Annotated[int, Meta(ge=1)] = 1


class Plain(Order, kw_only=True):
    phone: str | None = None


class AsName(Order, kw_only=True):
    remark: Name | None = None


class NoList(Order, kw_only=True):
    lines: Line | None = None


class OtherLine(Record, kw_only=True):
    sku: int
    count: int


class RetypedInside(Order, kw_only=True):
    lines: list[OtherLine] = []


SOURCE = Source(
    name="shop.order",
    topic="crm",
    contracts={1: Order},
    key=("order_id",),
    occurred_at=At("local", ("placed_at",)),
    fact="fct_orders",
    example="none",
)


def schemas(source: Source) -> dict[str, Any]:
    return {f"{source.name}.v{version}": json.loads(schema(source, version)) for version in source.contracts}


def found(source: Source) -> list[str]:
    return [str(one) for one in breaches(schemas(SOURCE), schemas(source))]


@pytest.mark.parametrize("contract", [Order, WithMore, WithDropped, WithNewLine])
def test_change_that_adds_passes(contract: type[Record]) -> None:
    assert found(replace(SOURCE, contracts={1: contract})) == []
    assert found(replace(SOURCE, contracts={1: Order, 2: contract})) == []


@pytest.mark.parametrize(
    ("contract", "says"),
    [
        (WithRequired, ["note: a new field is required; give it a default"]),
        (
            Renamed,
            [
                "placed_at: the field is gone or was renamed; keep it, or make a new version",
                "placed: a new field is required; give it a default",
            ],
        ),
        (Retyped, ["order_id: the type changed from string to integer or string; make a new version"]),
        (RequiredNow, ["remark: it is required now; keep its default"]),
        (NeverNull, ["remark: it may no longer be null"]),
        (Fewer, ['state: it may no longer be "closed"']),
        (Higher, ["amount: minimum is 1 now, it was 0"]),
        (Plain, ["phone: it was stored as phone and would be read as not personal; make a new version"]),
        (AsName, ["remark: it was stored as not personal and would be read as name; make a new version"]),
        (DroppedNow, ["remark: it was stored as not personal and would be read as dropped; make a new version"]),
        (WithName, ["buyer: it was stored as not personal and would be read as name; make a new version"]),
        (
            NoList,
            [
                "lines: the type changed from array to object; make a new version",
                "lines.sku: a new field is required; give it a default",
            ],
        ),
        (
            RetypedInside,
            [
                "lines[].sku: the type changed from string to integer; make a new version",
                "lines[].count: it may no longer be null",
                "lines[].count: it is required now; keep its default",
            ],
        ),
    ],
)
def test_change_that_breaks_stored_events_names_contract_and_field(contract: type[Record], says: list[str]) -> None:
    assert found(replace(SOURCE, contracts={1: contract})) == [f"shop.order.v1 {one}" for one in says]


@pytest.mark.parametrize(
    ("source", "says"),
    [
        (replace(SOURCE, contracts={2: Order}), "shop.order.v1: the version is gone"),
        (replace(SOURCE, name="shop.sale"), "shop.order.v1: the version is gone"),
        (replace(SOURCE, topic="hr"), "shop.order.v1: the topic changed from crm to hr"),
        (
            replace(SOURCE, key=("order_id", "placed_at")),
            "shop.order.v1: the key changed from order_id to order_id, pl",
        ),
        (replace(SOURCE, event_id="order_id"), "shop.order.v1: the event id changed from None to order_id"),
        (replace(SOURCE, account="placed_at"), "shop.order.v1: the account changed from None to placed_at"),
    ],
)
def test_change_of_what_makes_an_event_is_named(source: Source, says: str) -> None:
    (one,) = found(source)
    assert one.startswith(says)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository whose first commit holds today's schemas, and whose second says less."""
    home = tmp_path / "repository"
    (home / "docs" / "schemas").mkdir(parents=True)
    for name, text in present().items():
        (home / "docs" / "schemas" / f"{name}.json").write_text(json.dumps(text))
    git(home, "init", "-q", "-b", "main")
    git(home, "add", "-A")
    git(home, "commit", "-qm", "one")
    return home


def git(home: Path, *arguments: str) -> str:
    who = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]
    return subprocess.run(
        ["git", "-C", str(home), *who, *arguments], check=True, capture_output=True, text=True
    ).stdout.strip()


def spoil(home: Path) -> None:
    path = home / "docs" / "schemas" / "autohome.lead.v1.json"
    old = json.loads(path.read_text())
    old["$defs"]["Lead"]["properties"]["fax"] = {"type": "string"}
    path.write_text(json.dumps(old))


def test_check_against_a_revision_compares_what_it_held(repository: Path) -> None:
    assert check_against("HEAD", repository) == []
    spoil(repository)
    git(repository, "commit", "-qam", "two")
    assert [str(one) for one in check_against("main", repository)] == [
        "autohome.lead.v1 fax: the field is gone or was renamed; keep it, or make a new version"
    ]
    assert check_against("HEAD~", repository) == []


def test_check_against_a_folder_needs_no_git(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(repository / "docs" / "schemas")
    assert main(["sources", "--check-against", folder]) == 0
    spoil(repository)
    assert main(["sources", "--check-against", folder]) == 1
    said = capsys.readouterr()
    assert "autohome.lead.v1 fax" in said.err.splitlines()[-1]
    assert main(["sources", "--check-against", folder, "--json"]) == 1
    assert json.loads(capsys.readouterr().out)[0]["field"] == "fax"


@pytest.mark.parametrize("revision", ["no-such-branch", "HEAD~9"])
def test_check_against_what_git_does_not_know_says_so_in_one_line(repository: Path, revision: str) -> None:
    with pytest.raises(UplogError, match="give a commit, branch or tag") as refused:
        schemas_at(revision, repository)
    assert "\n" not in str(refused.value)


def test_base_is_the_fork_from_main_else_the_commit_before_else_none(repository: Path, tmp_path: Path) -> None:
    assert base(repository) == (None, "there is no earlier commit in this clone")
    first = git(repository, "rev-parse", "HEAD")
    git(repository, "commit", "-q", "--allow-empty", "-m", "two")
    assert base(repository) == (first, "the commit before")
    second = git(repository, "rev-parse", "HEAD")
    git(repository, "checkout", "-qb", "change")
    git(repository, "commit", "-q", "--allow-empty", "-m", "three")
    assert base(repository) == (second, "where this branch left main")
    shallow = tmp_path / "shallow"
    git(repository, "clone", "-q", "--depth", "1", f"file://{repository}", str(shallow))
    assert base(shallow)[0] is None
    assert base(tmp_path)[1] == "this is no git repository"


def test_lint_passes_where_there_is_nothing_to_compare_with(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(evolution, "base", lambda: (None, "this is no git repository"))
    assert evolution.main() == 0
    assert "not compared" in capsys.readouterr().out
