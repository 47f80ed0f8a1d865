"""Rotating the secret: aliases for every token, through Kafka; finished after a kill; nobody forgotten comes back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from expectations import manifest
from ingestion import broker
from ingestion.errors import BrokerUnavailable, InUse, UplogError
from ingestion.failpoints import POINTS
from ingestion.lander import land
from ingestion.log import open_for_reading
from ingestion.log.opening import writing_lock
from ingestion.personal.rotation import rotate
from ingestion.personal.secrets import load_secrets
from ingestion.personal.tokens import Tokens
from ingestion.settings import Settings
from orchestration.erasing import phones_of
from tests import kills
from tests.lander_events import lead, send

pytestmark = pytest.mark.slow_start


@pytest.fixture
def landed(tmp_path: Path) -> Iterator[Settings]:
    home = tmp_path / "home"
    address = broker.start(home)
    settings = Settings(home=home, kafka_bootstrap=address.bootstrap, landing_workers=0)
    send(settings, [lead(number) for number in range(3)])
    land(settings)
    yield settings
    broker.stop(home)


def aliases(settings: Settings) -> dict[str, str]:
    with open_for_reading(settings.log_path) as log:
        rows = log.execute("select data from raw.events where type = 'uplog.alias.v1' order by batch_id").fetchall()
    return {one["old"]: one["new"] for (data,) in rows for one in json.loads(data)["aliases"]}


def tokens_of(settings: Settings, version: int) -> dict[str, str | None]:
    """What the three customers and their one name are called under a version."""
    made = Tokens(load_secrets(settings).of_version(version))
    found = {f"phone {n}": made.of("phone", f"138{n:08d}")["token"] for n in range(3)}
    found |= {f"ends {n}": made.of("phone", f"138{n:08d}")["masked"] for n in range(3)}
    return found | {"name": made.of("name", "王先生")["token"]}


def named(table: str) -> manifest.Model:
    """A model that dbt has written as a table of that name."""
    return manifest.Model(
        name=table,
        relation=f'"warehouse"."main"."{table}"',
        description="",
        columns=(),
        files=frozenset(),
        people_only=frozenset(),
        subject=None,
        is_pooled=False,
        cube=None,
        cell=(),
        sql="",
        parents=(),
        key=(),
    )


def test_rotate_joins_every_token_of_the_vault_masked_ends_included(landed: Settings) -> None:
    done = rotate(landed)

    assert (done.from_version, done.to_version, done.aliases, done.is_resumed) == (1, 2, 7, False)
    old, new = tokens_of(landed, 1), tokens_of(landed, 2)
    assert aliases(landed) == {old[what]: new[what] for what in old}
    assert load_secrets(landed).version == 2
    assert not load_secrets(landed).aliases_due


def test_rotate_twice_leads_from_both_to_the_last(landed: Settings) -> None:
    rotate(landed)
    send(landed, [lead(7)])
    land(landed)
    rotate(landed)

    found, third = aliases(landed), tokens_of(landed, 3)
    assert {found[token] for token in tokens_of(landed, 1).values() if token} == set(third.values())
    seven = Tokens(load_secrets(landed).of_version(2)).of("phone", "13800000007")["token"]
    assert found[seven] == Tokens(load_secrets(landed)).of("phone", "13800000007")["token"]


def test_rotate_dry_run_changes_nothing(landed: Settings) -> None:
    before = (landed.home / "secret.json").read_bytes()
    assert rotate(landed, dry_run=True).aliases == 7
    assert (landed.home / "secret.json").read_bytes() == before
    assert aliases(landed) == {}


def rotate_at(home: str, bootstrap: str) -> None:
    rotate(Settings(home=Path(home), kafka_bootstrap=bootstrap, landing_workers=0))


@pytest.mark.parametrize("point", POINTS["rotate"])
def test_rotate_killed_is_finished_by_the_next_and_makes_one_version(landed: Settings, point: str) -> None:
    kills.kill_at(point, rotate_at, str(landed.home), str(landed.kafka_bootstrap))
    assert load_secrets(landed).aliases_due

    done = rotate(landed)

    assert done.is_resumed
    assert load_secrets(landed).version == 2
    old, new = tokens_of(landed, 1), tokens_of(landed, 2)
    assert aliases(landed) == {old[what]: new[what] for what in old}


def test_rotate_while_somebody_lands_is_refused(landed: Settings) -> None:
    with writing_lock(landed), pytest.raises(InUse):
        rotate(landed)
    assert load_secrets(landed).version == 1


def test_rotate_without_a_broker_changes_nothing(landed: Settings) -> None:
    broker.stop(landed.home)
    with pytest.raises(BrokerUnavailable):
        rotate(landed)
    assert load_secrets(landed).version == 1


def test_rotate_of_secrets_from_the_environment_says_where_to_put_them(landed: Settings) -> None:
    held = (landed.home / "secret.json").read_text()
    with pytest.raises(UplogError, match=r"UPLOG_SECRET.*put the document into"):
        rotate(Settings(home=landed.home, kafka_bootstrap=landed.kafka_bootstrap, secret=held))


def test_customer_of_before_two_rotations_is_still_found_by_their_id(
    landed: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The warehouse calls them by the newest token, the vault by the one their record landed with."""
    first = tokens_of(landed, 1)["phone 1"]
    rotate(landed)
    rotate(landed)
    newest = tokens_of(landed, 3)["phone 1"]
    with closing(duckdb.connect(landed.warehouse_path)) as warehouse:
        warehouse.execute(
            f"create table int_customer_records as select 'r1' as record_key, '{newest}' as customer_phone_token"
        )
        warehouse.execute("create table int_record_customers as select 'r1' as record_key, 'c1' as customer_id")
        warehouse.execute(f"create table stg_uplog__alias as select '{first}' as token, '{newest}' as canonical_token")
    tables = ("int_customer_records", "int_record_customers", "stg_uplog__alias")
    monkeypatch.setattr(
        manifest, "read", lambda _path: manifest.Manifest({name: named(name) for name in tables}, "warehouse")
    )

    assert phones_of(landed, "c1") == ["13800000001"]
