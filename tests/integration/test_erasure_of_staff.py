"""Erasing a member of staff: what only they used goes, what is shared stays, and their customers keep their names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ingestion.erasure.erasing import erase
from ingestion.lander import land
from ingestion.log import open_for_reading
from ingestion.personal.rotation import rotate
from ingestion.personal.secrets import load_secrets
from ingestion.personal.tokens import Tokens
from ingestion.settings import Settings
from tests.bytes_of import readable_in
from tests.erasing import erased, events
from tests.lander_events import lead, send

pytestmark = pytest.mark.slow_start


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
    known: Settings, tmp_path: Path
) -> None:
    secrets = load_secrets(known)
    mine, other = secrets.keyed_hex("zhang.san"), secrets.keyed_hex("li.si")
    send(
        known,
        [
            staff("E17", "19900000017", "zhang.san", "张三丰", "17700000001"),
            staff("E170", "19900000018", "li.si", "李四光", "17700000001"),
            roster("E17"),
            roster("E170"),
            checkin(mine, "zhang.san", "device-of-17"),
            checkin(other, "li.si", "device-of-170"),
        ],
    )
    land(known)
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
    assert {text for _, text in readable_in(known.home, kept | wanted, tmp_path)} >= kept | wanted - {
        "19900000017",
        "zhang.san",
        "张三丰",
    }

    done = erase(known, employee="E17", what="employee", later={})

    assert done.counts["shared_values_kept"] == 1
    left = {text for _, text in readable_in(known.home, kept | wanted, tmp_path)}
    assert left == kept
    send(known, [roster("E17"), staff("E17", "19900000017", "zhang.san", "张三丰", "17700000001")])
    assert land(known).duplicates == 2


def test_erase_of_staff_keeps_what_others_use_under_another_secret(known: Settings) -> None:
    """A phone and a device handed on after a rotation: their other token is the colleague's."""
    secrets = load_secrets(known)
    mine, other = secrets.keyed_hex("zhang.san"), secrets.keyed_hex("li.si")
    send(
        known,
        [staff("E17", "19900000017", "zhang.san", "张三丰", "17700000001"), checkin(mine, "zhang.san", "shared")],
    )
    land(known)
    rotate(known)
    send(
        known,
        [staff("E170", "19900000018", "li.si", "李四光", "17700000001"), checkin(other, "li.si", "shared")],
    )
    land(known)

    done = erase(known, employee="E17", what="employee", later={})

    assert done.counts["shared_values_kept"] == 2
    with open_for_reading(known.log_path) as log:
        asked = "select string_agg(data) from raw.events where type like 'hr.employee%' or type like 'wecom.checkin%'"
        left = str(log.execute(asked).fetchone())
    made = Tokens(load_secrets(known))
    assert made.of("phone", "17700000001")["token"] in left
    assert made.of("device", "shared")["token"] in left
    assert made.of("account", "zhang.san")["token"] not in left


def test_erased_name_that_others_have_under_another_secret_leads_nowhere(known: Settings) -> None:
    """Their alias names the token that others have: with a pseudonym in it, it would say whose name that was."""
    named = [lead(number).replace("王先生".encode(), "诸葛小红".encode()) for number in (6, 7)]
    send(known, named[:1])
    land(known)
    rotate(known)
    send(known, named[1:])
    land(known)

    erased(known, "13800000006")

    with open_for_reading(known.log_path) as log:
        rows = log.execute("select data from raw.events where type like 'uplog.alias%'").fetchall()
    pairs = [(one["old"], one["new"]) for (data,) in rows for one in json.loads(data)["aliases"]]
    assert [pair for pair in pairs if pair[0].startswith("0.") and pair[0] != pair[1]] == []
    names = {one["id"]: one["customer_name"]["token"] for one in events(known)}
    assert names["L6~0"].startswith("0.")
    assert names["L7~0"] == Tokens(load_secrets(known)).of("name", "诸葛小红")["token"]


def test_erase_of_staff_leaves_their_customers_the_names_they_have(known: Settings, tmp_path: Path) -> None:
    """A sales number stands beside the customer's name, an account beside whom was visited: neither is the seller's."""
    answered = {"RequestId": "r", "BusinessCode": 0}
    sold = {"DealerId": "d", "CreateTime": 1_790_000_000_000, "SalesName": "张三丰", "SalesPhone": "19900000017"}
    updated = {"LeadStatus": 501, "UpdateTime": 1_790_000_000_000, "CustomerPhone": "13800000055"}
    handled = sold | updated | {"LeadId": 1, "CustomerName": "诸葛小明"}
    created = sold | {"CustomerName": "司马小红", "CcName": "李四光", "Response": answered}
    visited = {"userid": "zhang.san", "checkin_time": 1_790_000_000_000, "visit_user": "上官小兰"}
    key = load_secrets(known).keyed_hex("zhang.san")
    send(
        known,
        [
            staff("E17", "19900000017", "zhang.san", "张三丰", "17700000001"),
            staff("E170", "19900000018", "li.si", "李四光", "17700000002"),
            _event("wav.lead_status.v1", "/wav/d", "1~000000000000000a", "1", handled),
            _event("wav.lead.v1", "/wav/d", "r", "r", created),
            _event("dingtalk.signin.v1", "/dingtalk/c", f"{key}:1~000000000000000a", f"{key}:1", visited),
        ],
    )
    assert land(known).events == 5
    made = Tokens(load_secrets(known))
    kept = {made.of("name", name)["token"] for name in ("诸葛小明", "司马小红", "李四光", "上官小兰")}
    gone = {made.of("name", "张三丰")["token"]}

    erase(known, employee="E17", what="employee", later={})

    assert {text for _, text in readable_in(known.home, kept | gone, tmp_path)} == kept
