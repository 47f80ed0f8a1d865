"""Erasing: not a byte of the person is left, nothing else changes, nothing brings them back, a kill is survived.

Whose a value is, and where systems write it: `test_erasure_reach`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.archive import archive
from ingestion.erasure.erasing import erase, resume
from ingestion.erasure.journal import Journal
from ingestion.errors import Damaged, InUse, UplogError
from ingestion.failpoints import POINTS
from ingestion.lander import land
from ingestion.lander.conservation import conservation
from ingestion.log import open_for_reading
from ingestion.log.opening import writing_lock
from ingestion.personal.rotation import rotate
from ingestion.personal.secrets import load_secrets
from ingestion.personal.tokens import Tokens
from ingestion.settings import Settings
from orchestration.recovery import recover
from tests import kills
from tests.bytes_of import readable_in
from tests.erasing import PHONE, erased, events, identifiers, theirs
from tests.lander_events import lead, send

pytestmark = pytest.mark.slow_start


def test_erase_leaves_no_readable_byte_in_any_file(known: Settings, tmp_path: Path) -> None:
    archive(known, tmp_path / "archive")
    wanted = identifiers(known)
    before = readable_in(known.home, wanted, tmp_path) | readable_in(tmp_path / "archive", wanted, tmp_path)
    assert {Path(file).suffix for file, _ in before} >= {".duckdb", ".sqlite", ".parquet"}

    done = erased(known)

    assert readable_in(known.home, wanted, tmp_path) == set()
    assert readable_in(tmp_path / "archive", wanted, tmp_path) == set()
    assert dict(done.counts) == {
        "events": 3,
        "dead_letters": 1,
        "vault_keys": 2,
        "shared_values_kept": 0,
        "archives": 1,
        "set_aside": 0,
    }
    with open_for_reading(known.log_path) as log:
        gone = log.execute("select detail from raw.dead_letters where value is null").fetchall()
        assert gone == [("the person was erased",)]
        assert log.execute("select count(*) from raw.dead_letters where value is not null").fetchall() == [(1,)]
        assert conservation(log).broken == ()


def test_erase_removes_what_a_recovery_set_aside_and_names_it(known: Settings, tmp_path: Path) -> None:
    archive(known, tmp_path / "spoiled")
    archive(known, tmp_path / "archive")
    (tmp_path / "spoiled" / "manifest.json").write_bytes(b"{")
    known.log_path.write_bytes(known.log_path.read_bytes()[:300_000])
    recover(known)
    kept = [*known.home.glob("log.duckdb.damaged-*"), *tmp_path.glob("spoiled.damaged-*")]
    assert len(kept) == 2

    done = erased(known)

    assert done.receipt.removed == sorted(path.name for path in kept)
    assert not any(path.exists() for path in kept)
    assert readable_in(known.home, identifiers(known), tmp_path) == set()


def test_erase_keeps_the_rest_and_joins_what_was_joined(known: Settings) -> None:
    before = {one["id"]: one for one in events(known)}
    erased(known)
    after = {one["id"]: one for one in events(known)}

    assert after.keys() == before.keys()
    assert {name: after[name] for name in ("L2~0", "L3~0")} == {name: before[name] for name in ("L2~0", "L3~0")}
    first, second, hidden = after["L1~0"], after["L1~1"], after["L5~2"]
    assert first["customer_phone"] == second["customer_phone"]
    assert first["customer_phone"]["token"].startswith("0.")
    assert hidden["customer_phone"] == {"class": "masked", "masked": first["customer_phone"]["masked"]}
    assert first["customer_name"]["token"] == hidden["customer_name"]["token"]
    assert first["customer_name"]["token"].startswith("0.")
    assert [one["hash"] for one in (first, second, hidden)] == [None, None, None]


def test_old_records_do_not_bring_the_person_back_and_new_ones_are_a_new_person(known: Settings) -> None:
    erased(known)
    of_then = events(known)[0]["customer_phone"]["token"]
    rotate(known)

    send(known, [theirs("0"), theirs("1", pulledat="2026-11-01T00:00:00Z"), theirs("old")])
    report = land(known)

    assert report.duplicates == 2
    found = {one["id"]: one for one in events(known)}
    assert found["L1~old"]["customer_phone"]["token"] == of_then
    assert found["L1~old"]["hash"] is None


def test_a_later_record_opens_a_new_person(known: Settings) -> None:
    erased(known)
    send(known, [theirs("later", time="2026-11-24T09:00:00Z")])
    land(known)
    token = next(one for one in events(known) if one["id"] == "L1~later")["customer_phone"]["token"]
    assert token == Tokens(load_secrets(known)).of("phone", PHONE)["token"]

    again = erased(known)
    assert again.already is None
    assert again.counts["events"] == 1


def test_erase_again_finds_nothing_and_says_when(known: Settings) -> None:
    first = erased(known)
    log = known.log_path.read_bytes()
    again = erased(known, "+86 138 0000 0001")

    assert again.already == first.receipt.erasure_id
    assert again.receipt == first.receipt
    assert known.log_path.read_bytes() == log


def test_erase_of_somebody_unknown_keeps_them_out(known: Settings) -> None:
    erased(known, "13900000007")
    send(known, [lead(7).replace(b"13800000007", b"13900000007")])
    land(known)
    assert [one["customer_phone"]["token"][:2] for one in events(known) if one["id"] == "L7~0"] == ["0."]


def test_erase_dry_run_counts_and_changes_nothing(known: Settings) -> None:
    before = known.log_path.read_bytes()
    done = erase(known, phones=[PHONE], what="phone", later={}, dry_run=True)
    assert dict(done.counts) == {
        "events": 3,
        "dead_letters": 1,
        "vault_keys": 2,
        "shared_values_kept": 0,
        "set_aside": 0,
    }
    assert known.log_path.read_bytes() == before
    assert done.counts.items() <= erased(known).counts.items()


def test_erase_after_a_rotation_finds_both_tokens_and_the_aliases(known: Settings, tmp_path: Path) -> None:
    rotate(known)
    send(known, [theirs("after")])
    land(known)
    wanted = identifiers(known)
    assert len(wanted) == 7

    erased(known)

    assert readable_in(known.home, wanted, tmp_path) == set()
    found = {one["id"]: one["customer_phone"].get("token") for one in events(known)}
    assert found["L1~after"] == found["L1~0"]


def test_receipt_is_signed_and_says_until_when_kafka_may_hold(known: Settings) -> None:
    done = erased(known)
    assert done.receipt.kafka_until == "2026-12-01"
    journal = Journal(known, load_secrets(known))
    path = journal.path_of(done.receipt.erasure_id)
    assert PHONE not in path.read_text()
    path.write_text(path.read_text().replace('"events": 3', '"events": 4'))
    with pytest.raises(Damaged):
        journal.receipt(done.receipt.erasure_id)


def test_erase_of_no_number_or_while_somebody_lands_is_refused(known: Settings) -> None:
    with pytest.raises(UplogError, match="no telephone number"):
        erased(known, "hello")
    with pytest.raises(UplogError, match="nobody in the log"):
        erase(known, employee="E404", what="employee", later={})
    with writing_lock(known), pytest.raises(InUse):
        erased(known)


def erase_at(home: str, bootstrap: str) -> None:
    erased(Settings(home=Path(home), kafka_bootstrap=bootstrap, landing_workers=0))


QUICK = ("erase.after_plan", "erase.after_tombstone", "erase.after_keys", "erase.after_log")
MORE = ("erase.after_archives", "erase.after_set_aside", "erase.after_receipt", *POINTS["replace"])


@pytest.mark.parametrize("point", [*QUICK, *(pytest.param(one, marks=pytest.mark.long) for one in MORE)])
def test_erase_killed_is_finished_by_the_next_call(known: Settings, tmp_path: Path, point: str) -> None:
    wanted = identifiers(known)
    now = "2026-11-24T08:00:00Z"
    kills.kill_at(point, erase_at, str(known.home), str(known.kafka_bootstrap), UPLOG_NOW=now)

    finished = resume(known, later={})

    assert len(finished) == (0 if point == "erase.after_receipt" else 1)
    assert readable_in(known.home, wanted, tmp_path) == set()
    assert erased(known).already is not None
    with open_for_reading(known.log_path) as log:
        assert log.execute("select count(*) from raw.events where type like 'uplog.tombstone%'").fetchall() == [(1,)]
        assert conservation(log).broken == ()
    assert len(events(known)) == 5
