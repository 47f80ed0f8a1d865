"""Erasing: not a byte of the person is left, nothing else changes, nothing brings them back, a kill is survived."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ingestion import broker
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
from ingestion.personal.vault import Vault
from ingestion.settings import Settings
from orchestration.recovery import recover
from tests import kills
from tests.bytes_of import readable_in
from tests.lander_events import lead, send

pytestmark = pytest.mark.slow_start
PHONE, ENDS = "13800000001", "138****0001"
NAME = "欧阳静静"


def theirs(version: str = "0", **more: Any) -> bytes:
    """A lead of the person to forget."""
    return lead(1, version=version, **more).replace("王先生".encode(), NAME.encode())


def masked(version: str) -> bytes:
    return theirs(version).replace(PHONE.encode(), ENDS.encode()).replace(b'"L1', b'"L5')


DEAD = theirs("9", type="autohome.lead.v9").replace(PHONE.encode(), b"138-0000-0001")
OTHERS = [lead(2), lead(3).replace("王先生".encode(), NAME.encode()), lead(4, type="autohome.lead.v9")]


@pytest.fixture
def landed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    monkeypatch.setenv("UPLOG_NOW", "2026-11-24T08:00:00Z")
    home = tmp_path / "home"
    address = broker.start(home)
    settings = Settings(home=home, kafka_bootstrap=address.bootstrap, landing_workers=0)
    send(settings, [theirs("0"), theirs("1"), masked("2"), DEAD, *OTHERS])
    land(settings)
    yield settings
    broker.stop(home)


def erased(settings: Settings, phone: str = PHONE) -> Any:
    return erase(settings, phones=[phone], what="phone", later={})


def events(settings: Settings) -> list[dict[str, Any]]:
    with open_for_reading(settings.log_path) as log:
        rows = log.execute(
            "select event_id, data, content_hash from raw.events where type like 'autohome%' order by event_id"
        ).fetchall()
    return [{"id": one, "hash": hashed, **json.loads(data)} for one, data, hashed in rows]


def identifiers(settings: Settings) -> set[str]:
    """The number, and every token of number, ends and the name that only they have."""
    secrets = load_secrets(settings)
    made = [Tokens(secrets.of_version(version)) for version in secrets.token_secrets]
    tokens = {token for one in made for token in (one.of("phone", PHONE)["token"], one.of("phone", PHONE)["masked"])}
    return tokens | {PHONE, ENDS, "138-0000-0001"}


def test_erase_leaves_no_readable_byte_in_any_file(landed: Settings, tmp_path: Path) -> None:
    archive(landed, tmp_path / "archive")
    wanted = identifiers(landed)
    before = readable_in(landed.home, wanted, tmp_path) | readable_in(tmp_path / "archive", wanted, tmp_path)
    assert {Path(file).suffix for file, _ in before} >= {".duckdb", ".sqlite", ".parquet"}

    done = erased(landed)

    assert readable_in(landed.home, wanted, tmp_path) == set()
    assert readable_in(tmp_path / "archive", wanted, tmp_path) == set()
    assert dict(done.counts) == {
        "events": 3,
        "dead_letters": 1,
        "vault_keys": 2,
        "shared_values_kept": 0,
        "archives": 1,
        "set_aside": 0,
    }
    with open_for_reading(landed.log_path) as log:
        gone = log.execute("select detail from raw.dead_letters where value is null").fetchall()
        assert gone == [("the person was erased",)]
        assert log.execute("select count(*) from raw.dead_letters where value is not null").fetchall() == [(1,)]
        assert conservation(log).broken == ()


def test_erase_removes_what_a_recovery_set_aside_and_names_it(landed: Settings, tmp_path: Path) -> None:
    archive(landed, tmp_path / "spoiled")
    archive(landed, tmp_path / "archive")
    (tmp_path / "spoiled" / "manifest.json").write_bytes(b"{")
    landed.log_path.write_bytes(landed.log_path.read_bytes()[:300_000])
    recover(landed)
    kept = [*landed.home.glob("log.duckdb.damaged-*"), *tmp_path.glob("spoiled.damaged-*")]
    assert len(kept) == 2

    done = erased(landed)

    assert done.receipt.removed == sorted(path.name for path in kept)
    assert not any(path.exists() for path in kept)
    assert readable_in(landed.home, identifiers(landed), tmp_path) == set()


def test_erase_keeps_the_rest_and_joins_what_was_joined(landed: Settings) -> None:
    before = {one["id"]: one for one in events(landed)}
    erased(landed)
    after = {one["id"]: one for one in events(landed)}

    assert after.keys() == before.keys()
    assert {name: after[name] for name in ("L2~0", "L3~0")} == {name: before[name] for name in ("L2~0", "L3~0")}
    first, second, hidden = after["L1~0"], after["L1~1"], after["L5~2"]
    assert first["customer_phone"] == second["customer_phone"]
    assert first["customer_phone"]["token"].startswith("0.")
    assert hidden["customer_phone"] == {"class": "masked", "masked": first["customer_phone"]["masked"]}
    assert first["customer_name"]["token"] == hidden["customer_name"]["token"]
    assert first["customer_name"]["token"].startswith("0.")
    assert [one["hash"] for one in (first, second, hidden)] == [None, None, None]


def test_erase_destroys_a_name_only_when_nobody_else_has_it(landed: Settings) -> None:
    secrets = load_secrets(landed)
    token = Tokens(secrets).of("name", NAME)["token"]

    def is_known() -> bool:
        with Vault(landed.vault_path, secrets.vault_key, secrets.dead_letter_key) as vault:
            return vault.holds(token)

    erased(landed)
    assert is_known()  # the third customer is called the same
    erased(landed, "13800000003")
    assert not is_known()


def test_old_records_do_not_bring_the_person_back_and_new_ones_are_a_new_person(landed: Settings) -> None:
    erased(landed)
    of_then = events(landed)[0]["customer_phone"]["token"]
    rotate(landed)

    send(landed, [theirs("0"), theirs("1", pulledat="2026-11-01T00:00:00Z"), theirs("old")])
    report = land(landed)

    assert report.duplicates == 2
    found = {one["id"]: one for one in events(landed)}
    assert found["L1~old"]["customer_phone"]["token"] == of_then
    assert found["L1~old"]["hash"] is None


def test_a_later_record_opens_a_new_person(landed: Settings) -> None:
    erased(landed)
    send(landed, [theirs("later", time="2026-11-24T09:00:00Z")])
    land(landed)
    token = next(one for one in events(landed) if one["id"] == "L1~later")["customer_phone"]["token"]
    assert token == Tokens(load_secrets(landed)).of("phone", PHONE)["token"]

    again = erased(landed)
    assert again.already is None
    assert again.counts["events"] == 1


def test_erase_again_finds_nothing_and_says_when(landed: Settings) -> None:
    first = erased(landed)
    log = landed.log_path.read_bytes()
    again = erased(landed, "+86 138 0000 0001")

    assert again.already == first.receipt.erasure_id
    assert again.receipt == first.receipt
    assert landed.log_path.read_bytes() == log


def test_erase_of_somebody_unknown_keeps_them_out(landed: Settings) -> None:
    erased(landed, "13900000007")
    send(landed, [lead(7).replace(b"13800000007", b"13900000007")])
    land(landed)
    assert [one["customer_phone"]["token"][:2] for one in events(landed) if one["id"] == "L7~0"] == ["0."]


def test_erase_dry_run_counts_and_changes_nothing(landed: Settings) -> None:
    before = landed.log_path.read_bytes()
    done = erase(landed, phones=[PHONE], what="phone", later={}, dry_run=True)
    assert dict(done.counts) == {
        "events": 3,
        "dead_letters": 1,
        "vault_keys": 1,
        "shared_values_kept": 0,
        "set_aside": 0,
    }
    assert landed.log_path.read_bytes() == before


def test_erase_after_a_rotation_finds_both_tokens_and_the_aliases(landed: Settings, tmp_path: Path) -> None:
    rotate(landed)
    send(landed, [theirs("after")])
    land(landed)
    wanted = identifiers(landed)
    assert len(wanted) == 7

    erased(landed)

    assert readable_in(landed.home, wanted, tmp_path) == set()
    found = {one["id"]: one["customer_phone"].get("token") for one in events(landed)}
    assert found["L1~after"] == found["L1~0"]


def test_receipt_is_signed_and_says_until_when_kafka_may_hold(landed: Settings) -> None:
    done = erased(landed)
    assert done.receipt.kafka_until == "2026-12-01"
    journal = Journal(landed, load_secrets(landed))
    path = journal.path_of(done.receipt.erasure_id)
    assert PHONE not in path.read_text()
    path.write_text(path.read_text().replace('"events": 3', '"events": 4'))
    with pytest.raises(Damaged):
        journal.receipt(done.receipt.erasure_id)


def test_erase_of_no_number_or_while_somebody_lands_is_refused(landed: Settings) -> None:
    with pytest.raises(UplogError, match="no telephone number"):
        erased(landed, "hello")
    with pytest.raises(UplogError, match="nobody in the log"):
        erase(landed, employee="E404", what="employee", later={})
    with writing_lock(landed), pytest.raises(InUse):
        erased(landed)


def erase_at(home: str, bootstrap: str) -> None:
    erased(Settings(home=Path(home), kafka_bootstrap=bootstrap, landing_workers=0))


QUICK = ("erase.after_plan", "erase.after_tombstone", "erase.after_keys", "erase.after_log")
MORE = ("erase.after_archives", "erase.after_set_aside", "erase.after_receipt", *POINTS["replace"])


@pytest.mark.parametrize("point", [*QUICK, *(pytest.param(one, marks=pytest.mark.long) for one in MORE)])
def test_erase_killed_is_finished_by_the_next_call(landed: Settings, tmp_path: Path, point: str) -> None:
    wanted = identifiers(landed)
    now = "2026-11-24T08:00:00Z"
    kills.kill_at(point, erase_at, str(landed.home), str(landed.kafka_bootstrap), UPLOG_NOW=now)

    finished = resume(landed, later={})

    assert len(finished) == (0 if point == "erase.after_receipt" else 1)
    assert readable_in(landed.home, wanted, tmp_path) == set()
    assert erased(landed).already is not None
    with open_for_reading(landed.log_path) as log:
        assert log.execute("select count(*) from raw.events where type like 'uplog.tombstone%'").fetchall() == [(1,)]
        assert conservation(log).broken == ()
    assert len(events(landed)) == 5


def staff(employee: str, phone: str, account: str, name: str, work: str) -> bytes:
    data = {
        "employee_id": employee,
        "name": name,
        "phone": phone,
        "updated_at": "2026-10-01 08:00:00",
        "accounts": [{"system": "wecom", "account": account}],
        "work_phones": [{"number": work}],
    }
    return _event("hr.employee.v1", "/hr/default", f"{employee}~{'0' * 15}a", employee, data)


def checkin(secrets_hex: str, account: str, device: str) -> bytes:
    data = {
        "userid": account,
        "checkin_type": "上班打卡",
        "checkin_time": 1_790_000_000,
        "deviceid": device,
    }
    return _event("wecom.checkin.v1", "/wecom/c", f"{secrets_hex}:1~{'0' * 15}b", f"{secrets_hex}:1", data)


def roster(employee: str) -> bytes:
    data = {
        "employee_id": employee,
        "day": "2026-10-01",
        "store_id": "S1",
        "is_rest_day": True,
        "updated_at": "2026-09-30 08:00:00",
    }
    subject = f"{employee}:2026-10-01"
    return _event("hr.roster.v1", "/hr/default", f"{subject}~{'0' * 15}c", subject, data)


def _event(type_: str, source: str, event_id: str, subject: str, data: dict[str, Any]) -> bytes:
    event = {"specversion": "1.0", "id": event_id, "source": source, "type": type_, "subject": subject}
    return json.dumps(event | {"time": "2026-10-01T00:00:00Z", "data": data}, ensure_ascii=False).encode()


def test_erase_of_staff_takes_number_accounts_and_devices_and_keeps_what_is_shared(
    landed: Settings, tmp_path: Path
) -> None:
    secrets = load_secrets(landed)
    mine, other = secrets.keyed_hex("zhang.san"), secrets.keyed_hex("li.si")
    send(
        landed,
        [
            staff("E17", "19900000017", "zhang.san", "张三丰", "17700000001"),
            staff("E170", "19900000018", "li.si", "李四光", "17700000001"),
            roster("E17"),
            roster("E170"),
            checkin(mine, "zhang.san", "device-of-17"),
            checkin(other, "li.si", "device-of-170"),
        ],
    )
    land(landed)
    made = Tokens(secrets)
    wanted = {
        "19900000017",
        "zhang.san",
        mine,
        "张三丰",
        made.of("phone", "19900000017")["token"],
        made.of("account", "zhang.san")["token"],
        made.of("device", "device-of-17")["token"],
        made.of("name", "张三丰")["token"],
        'employee_id":"E17"',
        "E17:2026-10-01",
    }
    kept = {made.of("phone", "17700000001")["token"], made.of("account", "li.si")["token"], other, "E170:2026-10-01"}
    assert {text for _, text in readable_in(landed.home, kept | wanted, tmp_path)} >= kept | wanted - {
        "19900000017",
        "zhang.san",
        "张三丰",
    }

    done = erase(landed, employee="E17", what="employee", later={})

    assert done.counts["shared_values_kept"] == 1
    left = {text for _, text in readable_in(landed.home, kept | wanted, tmp_path)}
    assert left == kept
    send(landed, [roster("E17"), staff("E17", "19900000017", "zhang.san", "张三丰", "17700000001")])
    assert land(landed).duplicates == 2


def test_erase_of_staff_keeps_what_others_use_under_another_secret(landed: Settings) -> None:
    """A phone and a device handed on after a rotation: their other token is the colleague's."""
    secrets = load_secrets(landed)
    mine, other = secrets.keyed_hex("zhang.san"), secrets.keyed_hex("li.si")
    send(
        landed,
        [staff("E17", "19900000017", "zhang.san", "张三丰", "17700000001"), checkin(mine, "zhang.san", "shared")],
    )
    land(landed)
    rotate(landed)
    send(landed, [staff("E170", "19900000018", "li.si", "李四光", "17700000001"), checkin(other, "li.si", "shared")])
    land(landed)

    done = erase(landed, employee="E17", what="employee", later={})

    assert done.counts["shared_values_kept"] == 2
    with open_for_reading(landed.log_path) as log:
        asked = "select string_agg(data) from raw.events where type like 'hr.employee%' or type like 'wecom.checkin%'"
        left = str(log.execute(asked).fetchone())
    made = Tokens(load_secrets(landed))
    assert made.of("phone", "17700000001")["token"] in left
    assert made.of("device", "shared")["token"] in left
    assert made.of("account", "zhang.san")["token"] not in left


def test_erased_name_that_others_have_under_another_secret_leads_nowhere(landed: Settings) -> None:
    """Their alias names the token that others have: with a pseudonym in it, it would say whose name that was."""
    named = [lead(number).replace("王先生".encode(), "诸葛小红".encode()) for number in (6, 7)]
    send(landed, named[:1])
    land(landed)
    rotate(landed)
    send(landed, named[1:])
    land(landed)

    erased(landed, "13800000006")

    with open_for_reading(landed.log_path) as log:
        rows = log.execute("select data from raw.events where type like 'uplog.alias%'").fetchall()
    pairs = [(one["old"], one["new"]) for (data,) in rows for one in json.loads(data)["aliases"]]
    assert [pair for pair in pairs if pair[0].startswith("0.") and pair[0] != pair[1]] == []
    names = {one["id"]: one["customer_name"]["token"] for one in events(landed)}
    assert names["L6~0"].startswith("0.")
    assert names["L7~0"] == Tokens(load_secrets(landed)).of("name", "诸葛小红")["token"]


def test_erase_of_staff_leaves_their_customers_the_names_they_have(landed: Settings, tmp_path: Path) -> None:
    """A sales number stands beside the customer's name, an account beside whom was visited: neither is the seller's."""
    answered = {"RequestId": "r", "BusinessCode": 0}
    sold = {"DealerId": "d", "CreateTime": 1_790_000_000_000, "SalesName": "张三丰", "SalesPhone": "19900000017"}
    updated = {"LeadStatus": 501, "UpdateTime": 1_790_000_000_000, "CustomerPhone": "13800000055"}
    handled = sold | updated | {"LeadId": 1, "CustomerName": "诸葛小明"}
    created = sold | {"CustomerName": "司马小红", "CcName": "李四光", "Response": answered}
    visited = {"userid": "zhang.san", "checkin_time": 1_790_000_000_000, "visit_user": "上官小兰"}
    key = load_secrets(landed).keyed_hex("zhang.san")
    send(
        landed,
        [
            staff("E17", "19900000017", "zhang.san", "张三丰", "17700000001"),
            staff("E170", "19900000018", "li.si", "李四光", "17700000002"),
            _event("wav.lead_status.v1", "/wav/d", "1~000000000000000a", "1", handled),
            _event("wav.lead.v1", "/wav/d", "r", "r", created),
            _event("dingtalk.signin.v1", "/dingtalk/c", f"{key}:1~000000000000000a", f"{key}:1", visited),
        ],
    )
    assert land(landed).events == 5
    made = Tokens(load_secrets(landed))
    kept = {made.of("name", name)["token"] for name in ("诸葛小明", "司马小红", "李四光", "上官小兰")}
    gone = {made.of("name", "张三丰")["token"]}

    erase(landed, employee="E17", what="employee", later={})

    assert {text for _, text in readable_in(landed.home, kept | gone, tmp_path)} == kept
