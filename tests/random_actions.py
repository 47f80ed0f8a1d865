"""Any actions in any order, kills among them, against a plain account of what must have come of them.

After every step: the log adds up, no coordinate stands twice, offsets only rise, each offset became what the account
says, and every file opens; after every build: the warehouse is the account's, and equals one rebuilt from the log.
"""

from __future__ import annotations

import shutil
import signal
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from copy import deepcopy
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar

import duckdb
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

import publishing
from ingestion import broker
from ingestion.archive import archive, restore
from ingestion.failpoints import POINTS
from ingestion.lander import decode, land, landing, letters
from ingestion.lander import replay as replaying
from ingestion.lander.conservation import conservation
from ingestion.lander.replay import replay
from ingestion.log import open_for_reading
from ingestion.log.opening import wal_of
from ingestion.settings import Settings
from ingestion.sources import sources
from orchestration import build as runner
from orchestration.verify import verify
from publishing import layout
from tests import kills
from tests.lander_events import send
from tests.small_house import in_small_house
from tests.visit_model import BROKEN, Sent, VisitModel, sent

REAL = sources()
OLDER = MappingProxyType({name: one for name, one in REAL.items() if name != "crm.visit"})
"""A version of uplog that does not know visits."""


def _small(home: str, knows: bool) -> Settings:
    """Settings of a home, with small batches and the sources of a newer or an older version."""
    landing.BATCH_EVENTS = 4
    replaying.BATCH_RECORDS = 3
    letters._PAGE_ROWS = 2
    decode.sources = lambda: REAL if knows else OLDER  # type: ignore[assignment]
    return Settings(home=Path(home), kafka_partitions=1, landing_workers=0)


def land_here(home: str, knows: bool) -> None:
    land(_small(home, knows))


def replay_here(home: str, knows: bool) -> None:
    replay(_small(home, knows))


class Actions(RuleBasedStateMachine):
    """One home, one broker, one account of both."""

    most_builds = 3
    """Builds an example: each takes seconds, and as long again to be proved."""

    did: ClassVar[Counter[str]] = Counter()
    """How often each action was carried out, over all examples."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="uplog-actions-"))
        self.home = self.folder / "home"
        self.cleanup = ExitStack()
        self.cleanup.callback(shutil.rmtree, self.folder, ignore_errors=True)
        for module, name in (
            (landing, "BATCH_EVENTS"),
            (replaying, "BATCH_RECORDS"),
            (letters, "_PAGE_ROWS"),
            (decode, "sources"),
        ):
            self.cleanup.callback(setattr, module, name, getattr(module, name))
        self.cleanup.enter_context(in_small_house())
        self.settings = _small(str(self.home), True)
        self.account = VisitModel()
        self.archived: VisitModel | None = None
        self.built: dict[str, str] | None = None
        self.published: list[dict[str, str]] = []
        self.builds = 0
        self.next_visit = 0
        self.looked_at: list[tuple[int, int]] = []
        """The log's files when it was last compared, so that it is read again only after it changed."""

    @initialize()
    def start(self) -> None:
        broker.start(self.home)
        self.cleanup.callback(broker.stop, self.home)

    def teardown(self) -> None:
        self.cleanup.close()

    # --- what a producer does

    @rule(data=st.data(), count=st.integers(1, 6))
    def send(self, data: st.DataObject, count: int) -> None:
        """New visits, some months late; the same again; a correction; the same id with other data; rubbish."""
        values: list[Sent] = []
        for _ in range(count):
            kind = data.draw(st.sampled_from(["new", "new", "again", "corrected", "collision", "broken"]))
            known = [one for one in (*self.account.kafka, *values) if one.pair is not None]
            if kind == "broken":
                values.append(BROKEN)
            elif kind == "new" or not known:
                values += self._new()
            else:
                one = data.draw(st.sampled_from(known))
                visit = int(one.visit.removeprefix("V"))
                if kind == "corrected":
                    newest = max(other.version for other in known if other.visit == one.visit)
                    values.append(sent(visit, newest + 1))
                else:
                    values.append(sent(visit, one.version, other=kind == "collision"))
        self.give(values)

    def _new(self) -> list[Sent]:
        """A visit that was never sent."""
        self.next_visit += 1
        return [sent(self.next_visit - 1)]

    def give(self, values: list[Sent]) -> None:
        """Sends exactly these."""
        send(self.settings, [one.value for one in values], topic="crm")
        self.account.kafka += values
        self.did["send"] += 1

    # --- what an operator does

    @rule(knows=st.booleans(), killed=st.none() | st.tuples(st.sampled_from(POINTS["land"]), st.integers(1, 2)))
    def land(self, knows: bool, killed: tuple[str, int] | None) -> None:
        """With a version of uplog that knows visits or an older one, which refuses them; killed on the way or not."""
        if self.account.landed == len(self.account.kafka):
            self.give(self._new())
        self._carry_out(land_here, knows, killed)
        self.account.land(len(self.account.kafka) if killed is None else self._next_offset(), knows=knows)
        self.did["land"] += 1

    @rule(
        knows=st.sampled_from([True, True, False]),
        dry_first=st.booleans(),
        killed=st.none() | st.tuples(st.sampled_from(POINTS["replay"]), st.integers(1, 2)),
    )
    def replay(self, knows: bool, dry_first: bool, killed: tuple[str, int] | None) -> None:
        """With a version that knows visits, or the older one that still refuses them."""
        if self.account.mendable() == (0, 0):
            self.give(self._new())
            self.land(knows=False, killed=None)
        before, expected = self.account.resolved, self.account.mendable() if knows else (0, 0)
        settings = _small(str(self.home), knows)
        if dry_first:
            planned = replay(settings, dry_run=True)
            assert (planned.events, planned.duplicates) == expected
        if killed is not None:
            self._carry_out(replay_here, knows, killed)
        else:
            done = replay(settings)
            assert (done.events, done.duplicates) == expected
        resolved = self._resolved()
        assert knows or resolved == before
        self.did["replay" if resolved != before else "replay of nothing"] += 1
        self.account.replay(resolved)
        assert killed or not knows or self.account.mendable() == (0, 0)

    @precondition(lambda self: self.account.events and self.builds < self.most_builds)
    @rule()
    def build(self) -> None:
        self.builds += 1
        done = runner.build(self.settings)
        self.built = self.account.visits()
        assert self._in(self.settings.warehouse_path) == self.built
        if not done.is_full:
            assert verify(self.settings).compared.differences == ()
        self.did["build"] += 1

    @precondition(lambda self: self.built is not None)
    @rule()
    def publish(self) -> None:
        assert self.built is not None
        before = layout.builds(self.settings.published_path)
        publishing.publish(self.settings)
        if layout.builds(self.settings.published_path) != before:
            self.published.append(self.built)
        self.current = self.built
        self.did["publish"] += 1

    @precondition(lambda self: (self.account.events and self.builds < self.most_builds) or len(self.published) > 1)
    @rule()
    def roll_back(self) -> None:
        """Of two that are published, and published for it where there are fewer."""
        while len(self.published) < 2:
            if self.builds == self.most_builds:
                return
            self.give(self._new())
            self.land(knows=True, killed=None)
            self.build()
            self.publish()
        builds = layout.builds(self.settings.published_path)
        at = builds.index(layout.current(self.settings.published_path) or "")
        if not at:
            self.publish()
            at = len(self.published) - 1
        publishing.rollback(self.settings)
        self.current = self.published[at - 1]
        self.did["roll back"] += 1

    @precondition(lambda self: self.account.landed)
    @rule()
    def archive(self) -> None:
        archive(self.settings, self.folder / "archive")
        self.archived = deepcopy(self.account)
        self.did["archive"] += 1

    @precondition(lambda self: self.archived is not None)
    @rule()
    def lose_the_log_and_restore(self) -> None:
        """Back to what was archived; Kafka still has what came since."""
        assert self.archived is not None
        for path in self.home.glob("log.duckdb*"):
            path.unlink()
        restore(self.settings, self.folder / "archive")
        back = deepcopy(self.archived)
        back.kafka = self.account.kafka
        self.account = back
        self.did["restore"] += 1

    def _carry_out(self, work: Callable[[str, bool], None], knows: bool, killed: tuple[str, int] | None) -> None:
        """Does `work` here, or in a process that is killed if it passes the point."""
        if killed is None:
            work(str(self.home), knows)
            return
        point, turn = killed
        code = kills.run(work, str(self.home), knows, UPLOG_FAILPOINT=f"{point}:{turn}")
        assert code in (0, -signal.SIGKILL)
        self.did["kill"] += code != 0

    # --- what must hold

    @invariant()
    def log_says_what_the_account_says(self) -> None:
        if not self.settings.log_path.exists():
            assert self.account.landed == 0
            return
        files = (self.settings.log_path, wal_of(self.settings.log_path))
        now = [(one.stat().st_ino, one.stat().st_mtime_ns) for one in files if one.exists()]
        if now == self.looked_at:
            return
        self.looked_at = now
        with open_for_reading(self.settings.log_path) as log:
            assert conservation(log).broken == ()
            events = log.execute('select source, event_id, "offset" from raw.events').fetchall()
            copies = [row[0] for row in log.execute('select "offset" from raw.duplicates').fetchall()]
            dead = log.execute('select "offset", reason from raw.dead_letters where resolved_at is null').fetchall()
            resolved = [
                row[0]
                for row in log.execute('select "offset" from raw.dead_letters where resolved_at is not null').fetchall()
            ]
        assert {(source, event_id): offset for source, event_id, offset in events} == self.account.events
        assert sorted(copies) == sorted(self.account.duplicates)
        assert dict(dead) == self.account.refused
        assert sorted(resolved) == sorted(self.account.resolved)
        places = [*(row[2] for row in events), *copies, *(row[0] for row in dead)]
        assert sorted(places) == list(range(self.account.landed)), "an offset is missing or stands twice"
        assert self._next_offset() == self.account.landed

    @invariant()
    def published_is_whole(self) -> None:
        if self.published:
            assert self._in(self.settings.published_path / "people.duckdb") == self.current

    def _next_offset(self) -> int:
        if not self.settings.log_path.exists():
            return 0
        with open_for_reading(self.settings.log_path) as log:
            (offset,) = log.execute(
                "select coalesce(max(next_offset), 0) from raw.offsets where topic = 'crm'"
            ).fetchall()[0]
        return int(offset)

    def _resolved(self) -> set[int]:
        with open_for_reading(self.settings.log_path) as log:
            rows = log.execute('select "offset" from raw.dead_letters where resolved_at is not null').fetchall()
        return {offset for (offset,) in rows}

    @staticmethod
    def _in(path: Path) -> dict[str, str]:
        with duckdb.connect(path, read_only=True) as connection:
            return dict(connection.execute("select visit_id, employee_id from fct_visits").fetchall())


class ActionsOnTheLog(Actions):
    """The same without a warehouse: cheap, so that many orders are tried."""

    most_builds = 0
    did: ClassVar[Counter[str]] = Counter()


ON_THE_LOG = {"send", "land", "kill", "replay", "archive", "restore"}
EVERY = ON_THE_LOG | {"build", "publish", "roll back"}
