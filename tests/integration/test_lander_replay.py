"""Dead letters replayed once a contract was mended: at their old coordinates, once, whatever stops it."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

import pytest

from ingestion import broker, kafka_client
from ingestion.erasure.door import tombstones
from ingestion.errors import Damaged, InUse, UplogError
from ingestion.events import event_for
from ingestion.failpoints import POINTS
from ingestion.lander import deadletters, decode, land, letters
from ingestion.lander import replay as replaying
from ingestion.lander.conservation import conservation
from ingestion.lander.replay import ReplayReport, replay
from ingestion.log import open_for_reading, open_for_writing
from ingestion.log.opening import writing_lock
from ingestion.personal.secrets import load_secrets
from ingestion.personal.vault import Vault
from ingestion.settings import Settings
from ingestion.sources import sources
from tests import kills
from tests.lander_events import TOPIC, contents, lead, send

pytestmark = pytest.mark.slow_start
EXAMPLES = Path(__file__).parents[2] / "examples"
REAL = sources()
NARROW = MappingProxyType({name: one for name, one in REAL.items() if name != "autohome.lead"})
"""A version of uplog that does not know Autohome's leads yet."""


@pytest.fixture
def refusing(with_broker: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[[Iterable[bytes]], Settings]:
    """Lands values while no source is known for leads; the contract is mended when it returns."""

    def landed(values: Iterable[bytes]) -> Settings:
        send(with_broker, values)
        with monkeypatch.context() as older:
            older.setattr(decode, "sources", lambda: NARROW)
            land(with_broker)
        return with_broker

    return landed


def counts(report: ReplayReport) -> tuple[int, int, int, int]:
    return report.letters, report.events, report.duplicates, sum(report.refused.values())


def rows(settings: Settings, sql: str) -> list[tuple[object, ...]]:
    with open_for_reading(settings.log_path) as log:
        assert conservation(log).broken == ()
        return log.execute(sql).fetchall()


def test_replay_of_refused_records_makes_them_events_where_they_stood(
    refusing: Callable[[Iterable[bytes]], Settings], with_broker: Settings
) -> None:
    settings = refusing([lead(n) for n in range(30)] + [b"nope", lead(99, type="nobody.lead.v1")])
    refused = rows(
        settings, 'select topic, generation, partition, "offset", kafka_at from raw.dead_letters order by all'
    )
    assert len(refused) == 32
    before = contents(settings)["offsets"]

    planned = replay(settings, dry_run=True)
    assert contents(settings)["events"] == []
    done = replay(settings)

    assert counts(done) == counts(planned) == (32, 30, 0, 2)
    assert done.refused == planned.refused == {"not_json": 1, "type_unknown": 1}
    place = 'topic, generation, partition, "offset", kafka_at'
    events = rows(settings, f"select {place} from raw.events order by all")
    assert set(events) < set(refused)
    marked = rows(
        settings,
        "select d.resolved_at = b.landed_at, e.landed_at = b.landed_at, b.received, b.events, b.duplicates, b.dead"
        " from raw.dead_letters d join raw.batches b on b.batch_id = d.resolved_batch_id"
        ' join raw.events e using (topic, generation, partition, "offset") group by all',
    )
    assert marked == [(True, True, 0, 30, 0, -30)]
    assert contents(settings)["offsets"] == before
    assert [one.reason for one in deadletters.listed(settings, resolved=False)].count("type_unknown") == 1


def test_replay_keeps_the_originals_of_its_tokens_in_the_vault(
    refusing: Callable[[Iterable[bytes]], Settings],
) -> None:
    settings = refusing([lead(n) for n in range(3)])
    replay(settings)
    secrets = load_secrets(settings)
    tokens = rows(settings, "select data ->> '$.customer_phone.token' from raw.events order by event_id")
    with Vault(settings.vault_path, secrets.vault_key, secrets.dead_letter_key) as vault:
        originals = [vault.original(str(token)) for (token,) in tokens]
    assert [str(one)[-11:] for one in originals] == [f"138{n:08d}" for n in range(3)]


def test_replay_again_finds_nothing_and_landing_goes_on(
    refusing: Callable[[Iterable[bytes]], Settings],
) -> None:
    settings = refusing([lead(n) for n in range(10)])
    replay(settings)
    before = contents(settings)

    assert counts(replay(settings)) == (0, 0, 0, 0)
    assert contents(settings) == before
    send(settings, [lead(3), lead(4, "anders"), lead(20)])
    report = land(settings)
    assert (report.events, report.duplicates, report.dead) == (1, 1, 1)
    rows(settings, "select 1")


def test_replay_of_pairs_that_landed_since_makes_duplicates_and_leaves_collisions(
    refusing: Callable[[Iterable[bytes]], Settings],
) -> None:
    settings = refusing([lead(1), lead(2), lead(3), lead(3), lead(4), lead(4, "zwei")])
    send(settings, [lead(1), lead(2, "anders")])
    land(settings)

    planned, done = replay(settings, dry_run=True), replay(settings)

    assert counts(planned) == counts(done) == (6, 2, 2, 2)
    assert done.refused == {"id_collision": 2}
    assert rows(settings, "select events, duplicates, dead from raw.batches order by batch_id desc limit 1") == [
        (2, 2, -4)
    ]
    left = rows(settings, "select reason from raw.dead_letters where resolved_at is null")
    assert left == [("type_unknown",)] * 2, "the reason is the one for which it was refused"


def test_replay_of_one_reason_or_topic_leaves_the_others(refusing: Callable[[Iterable[bytes]], Settings]) -> None:
    settings = refusing([lead(1), lead(2), b"nope"])
    assert counts(replay(settings, reason="not_json")) == (1, 0, 0, 1)
    assert counts(replay(settings, topic="hr")) == (0, 0, 0, 0)
    assert counts(replay(settings, topic="leads.autohome")) == (3, 2, 0, 1)
    with pytest.raises(UplogError, match="one of null_value"):
        replay(settings, reason="whim")


def test_land_and_replay_of_a_tombstone_on_another_topic_refuse_it(with_broker: Settings) -> None:
    source = REAL["uplog.tombstone"]
    (payload,) = json.loads((EXAMPLES / source.example).read_text())
    send(with_broker, [event_for(source, payload, secrets=load_secrets(with_broker)).value])

    land(with_broker)

    assert replay(with_broker).refused == {"type_unknown": 1}
    with open_for_reading(with_broker.log_path) as log:
        assert tombstones(log) == ()


def test_replay_in_small_batches_gives_the_counts_of_the_dry_run(
    refusing: Callable[[Iterable[bytes]], Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = refusing([lead(n % 7, "a" if n % 3 else "b") for n in range(40)])
    monkeypatch.setattr(replaying, "BATCH_RECORDS", 1)
    monkeypatch.setattr("ingestion.lander.letters._PAGE_ROWS", 3)

    planned, done = replay(settings, dry_run=True), replay(settings)

    assert counts(planned) == counts(done)
    assert (done.events, len(done.batches) > 5) == (7, True)


def test_replay_judges_time_by_when_kafka_had_it(with_broker: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    in_two_days = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    send(with_broker, [lead(1, time=in_two_days)])
    land(with_broker)
    monkeypatch.setenv("UPLOG_NOW", (datetime.now(UTC) + timedelta(days=3)).isoformat())
    assert replay(with_broker).refused == {"time_implausible": 1}


def test_replay_of_what_cannot_be_opened_counts_and_names_it(
    refusing: Callable[[Iterable[bytes]], Settings], with_broker: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kafka import KafkaProducer

    tombstones = KafkaProducer(**kafka_client.client_config(with_broker), acks="all")
    tombstones.send(TOPIC, key=b"gone", value=None)
    tombstones.close()
    settings = refusing([lead(1)])
    monkeypatch.setenv("UPLOG_NOW", (datetime.now(UTC) + timedelta(days=40)).isoformat())
    land(settings)

    done = replay(settings)

    assert (done.letters, done.events, done.expired, done.without_bytes) == (2, 0, 1, 1)
    assert len(done.unopened) == 2
    assert done.batches == ()


def test_replay_under_another_secret_is_damage_and_changes_nothing(
    refusing: Callable[[Iterable[bytes]], Settings], tmp_path: Path
) -> None:
    settings = refusing([lead(1)])
    with open_for_writing(settings) as log:
        log.execute('update raw.dead_letters set "offset" = "offset" + 1')
    with pytest.raises(Damaged, match="does not open under its key"):
        replay(settings)
    assert contents(settings)["events"] == []


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, object]]:
    """A home whose log refused everything, and what an undisturbed replay makes of it."""
    home = tmp_path_factory.mktemp("refused") / "home"
    settings = Settings(home=home)
    broker.start(home)
    with pytest.MonkeyPatch.context() as older:
        older.setattr(decode, "sources", lambda: NARROW)
        send(settings, [lead(n) for n in range(600)] + [lead(n) for n in range(0, 600, 9)] + [b"nope"])
        land(settings)
    broker.stop(home)
    whole = home.with_name("whole")
    shutil.copytree(home, whole)
    replay(Settings(home=whole))
    return home, contents(Settings(home=whole))


def replay_in_batches(home: str) -> None:
    replaying.BATCH_RECORDS = 200
    letters._PAGE_ROWS = 100
    replay(Settings(home=Path(home)))


def killed_home(refused: tuple[Path, dict[str, object]], tmp_path: Path) -> Path:
    return Path(shutil.copytree(refused[0], tmp_path / "home"))


@pytest.mark.parametrize(("point", "turn"), kills.repeated(POINTS["replay"]))
def test_replay_after_a_kill_at_a_failpoint_gives_the_same_log(
    refused: tuple[Path, dict[str, object]], tmp_path: Path, point: str, turn: int
) -> None:
    home = killed_home(refused, tmp_path)
    kills.kill_at(f"{point}:{1 + turn % 3}", replay_in_batches, str(home))
    replay(Settings(home=home))
    assert contents(Settings(home=home)) == refused[1]
    rows(Settings(home=home), "select 1")


@pytest.mark.parametrize("seed", kills.seeds(5, 100))
def test_replay_after_kills_at_random_gives_the_same_log(
    refused: tuple[Path, dict[str, object]], tmp_path: Path, seed: int
) -> None:
    home = killed_home(refused, tmp_path)
    seeded = random.Random(seed)
    for _ in range(2):
        kills.kill_within(0.5, seeded, replay_in_batches, str(home))
    replay(Settings(home=home))
    assert contents(Settings(home=home)) == refused[1]
    rows(Settings(home=home), "select 1")


def test_replay_beside_a_lander_is_refused_with_its_pid(refusing: Callable[[Iterable[bytes]], Settings]) -> None:
    settings = refusing([lead(1)])
    with writing_lock(settings), pytest.raises(InUse, match=r"pid \d+") as refused:
        replay(settings)
    assert refused.value.exit_code == 4


def test_replay_without_a_log_says_to_land(fresh: Settings) -> None:
    with pytest.raises(UplogError, match="uplog land"):
        replay(fresh)
