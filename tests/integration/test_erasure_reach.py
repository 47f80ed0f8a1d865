"""What of a person an erasure reaches, wherever systems write it, and what stays because it is somebody else's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ingestion.lander import land
from ingestion.log import open_for_reading
from ingestion.personal.secrets import load_secrets
from ingestion.personal.tokens import Tokens
from ingestion.personal.vault import Vault
from ingestion.settings import Settings
from tests.bytes_of import readable_in
from tests.erasing import NAME, PHONE, erased, identifiers
from tests.lander_events import lead, send

pytestmark = pytest.mark.slow_start


def event(type_: str, subject: str, **data: Any) -> bytes:
    found = {"specversion": "1.0", "id": f"{subject}~0", "source": f"/{type_.partition('.')[0]}/S1", "type": type_}
    found |= {"subject": subject, "time": "2026-10-02T00:00:00Z", "data": data}
    return json.dumps(found, ensure_ascii=False).encode()


def payload(settings: Settings, subject: str) -> dict[str, Any]:
    with open_for_reading(settings.log_path) as log:
        (row,) = log.execute("select data from raw.events where subject = ?", [subject]).fetchall()
    found: dict[str, Any] = json.loads(row[0])
    return found


def opens(settings: Settings, kind: str, value: str) -> bool:
    """Whether the vault still tells who is behind that value's token."""
    secrets = load_secrets(settings)
    with Vault(settings.vault_path, secrets.vault_key, secrets.dead_letter_key) as vault:
        return vault.holds(Tokens(secrets).of(kind, value)["token"])


def test_erase_reaches_the_files_of_a_system_that_numbers_its_customers_by_telephone(
    known: Settings, tmp_path: Path
) -> None:
    def visit(number: int, **more: str) -> bytes:
        data = {
            "store_id": "S1",
            "visit_id": f"V{number}",
            "customer_id": PHONE,
            "customer_name": NAME,
            "arrived_at": "2026-10-02 10:00:00",
            "updated_at": "2026-10-02 12:00:00",
            **more,
        }
        return lead(number, id=f"V{number}~0", subject=f"V{number}", type="crm.visit.v1", source="/crm/D1").replace(
            json.dumps(json.loads(lead(number))["data"], ensure_ascii=False, separators=(",", ":")).encode(),
            json.dumps(data, ensure_ascii=False).encode(),
        )

    send(known, [visit(1), visit(2)], topic="crm")
    land(known)
    key = load_secrets(known).keyed_hex(PHONE)
    assert readable_in(known.home, {PHONE}, tmp_path) == set()
    assert readable_in(known.home, {key}, tmp_path) != set()

    erased(known)

    assert readable_in(known.home, {key, *identifiers(known)}, tmp_path) == set()
    send(known, [visit(3)], topic="crm")
    land(known)
    with open_for_reading(known.log_path) as log:
        found = log.execute(
            "select data->>'$.customer_id', data->>'$.customer_name.token' from raw.events where type like 'crm.visit%'"
        ).fetchall()
    assert len(found) == 3
    assert len(set(found)) == 1
    assert found[0][1].startswith("0.")


def test_erase_takes_name_address_and_own_car_where_xml_keeps_each_in_an_element(known: Settings) -> None:
    wanted, traded_in, others = (f"LSVAA4187E200000{number}" for number in range(3))

    def contact(phone: str, first: str, last: str, email: str) -> dict[str, Any]:
        return {
            "name": [{"part": "first", "value": first}, {"part": "last", "value": last}],
            "phone": [{"type": "voice", "value": phone}],
            "email": [{"value": email}],
        }

    def prospect(number: int, customer: dict[str, Any], own: str) -> bytes:
        vendor = contact("02588880001", "小店", "陈", "shop@example.com")
        return event(
            "adf.prospect.v1",
            f"P{number}",
            id=[{"value": f"P{number}"}],
            requestdate="2026-10-01T08:00:00+08:00",
            vehicle=[{"interest": "buy", "vin": wanted}, {"interest": "trade-in", "vin": own}],
            customer={"contact": [customer]},
            vendor={"id": [{"value": "S1"}], "contact": [vendor]},
        )

    send(
        known,
        [
            prospect(1, contact(PHONE, "娟娟", "令狐", "ling@example.com"), traded_in),
            prospect(2, contact("13900000002", "建国", "刘", "liu@example.com"), others),
        ],
        topic="leads.other",
    )
    land(known)
    other = payload(known, "P2")
    assert opens(known, "account", "ling@example.com")

    erased(known)

    held = payload(known, "P1")
    assert payload(known, "P2") == other
    assert held["vendor"] == other["vendor"]
    for values in held["customer"]["contact"][0].values():
        assert [one["value"]["token"][:2] for one in values] == ["0."] * len(values)
    assert [one["vin"]["token"][:2] for one in held["vehicle"]] == ["1.", "0."]
    gone = ("name", "娟娟"), ("name", "令狐"), ("account", "ling@example.com"), ("device", traded_in)
    assert not [value for kind, value in gone if opens(known, kind, value)]
    assert opens(known, "device", wanted)
    assert opens(known, "device", others)
    assert opens(known, "name", "建国")
    assert opens(known, "account", "shop@example.com")


def test_erase_of_a_number_of_the_shop_leaves_the_cars_of_its_customers(known: Settings) -> None:
    customer = {"name": [{"value": "刘建国"}], "phone": [{"value": "13900000002"}]}
    data = {
        "id": [{"value": "P3"}],
        "requestdate": "2026-10-01T08:00:00+08:00",
        "vehicle": [{"vin": "LSVAA4187E2000003"}],
    }
    shop = {"vendor": {"id": [{"value": "S1"}], "contact": [{"phone": [{"value": PHONE}]}]}}
    send(known, [event("adf.prospect.v1", "P3", **data, customer={"contact": [customer]}, **shop)], topic="leads.other")
    land(known)
    before = payload(known, "P3")

    erased(known)

    after = payload(known, "P3")
    assert after["vendor"] != before["vendor"]
    assert (after["vehicle"], after["customer"]) == (before["vehicle"], before["customer"])
    assert opens(known, "device", "LSVAA4187E2000003")


def test_erase_of_a_customer_who_sells_or_recommended_leaves_the_names_of_their_customers(known: Settings) -> None:
    def sold(number: int, **more: Any) -> bytes:
        customer = {"CustomerName": "刘建国", "CustomerPhone": f"1390000000{number}"}
        data = {"LeadId": f"W{number}", "DealerId": "S1", "LeadStatus": 301, "UpdateTime": 1_790_000_000_000}
        staff = {"SalesName": NAME, "SalesPhone": PHONE}
        return event("wav.lead_status.v1", f"W{number}", **data, **staff, **customer | more)

    def profile(number: int) -> bytes:
        data = {"CustomerId": f"C{number}", "DealerCode": "S1", "Phone": "13900000009", "UserName": "韩梅梅"}
        data["CreateTime"] = "2026-10-01 08:00:00"
        return event("wav.profile.v1", f"C{number}", **data, Introducer=NAME, IntroducerPhone=PHONE)

    send(known, [sold(1), sold(2, CustomerName=NAME, CustomerPhone=PHONE), profile(1)], topic="leads.other")
    land(known)
    assert payload(known, "W1")["CustomerName"]["form"] == "full"

    erased(known)

    token = Tokens(load_secrets(known)).of("name", "刘建国")["token"]
    assert payload(known, "W1")["CustomerName"]["token"] == token
    assert payload(known, "W2")["CustomerName"]["token"].startswith("0.")
    assert payload(known, "C1")["UserName"]["token"] == Tokens(load_secrets(known)).of("name", "韩梅梅")["token"]
    assert opens(known, "name", "刘建国")
    assert opens(known, "name", "韩梅梅")


def test_erase_reaches_the_files_that_the_crm_merged_into_theirs(known: Settings) -> None:
    def level(number: int, file: str, name: str, **more: str) -> bytes:
        data = {"store_id": "S1", "level_id": f"G{number}", "level": "H", "customer_id": file, "customer_name": name}
        times = dict.fromkeys(("set_at", "updated_at"), "2026-10-01 10:00:00")
        return event("crm.level.v1", f"G{number}", **data, **times, **more)

    def touch(number: int, file: str, name: str) -> bytes:
        data = {"store_id": "S1", "touch_id": f"G{number}", "customer_id": file, "customer_name": name}
        return event("care.touch.v1", f"G{number}", **data, channel="call", touched_at="2026-10-03 10:00:00")

    def merge(number: int, into: str, file: str, version: int = 0, **more: str) -> bytes:
        data = {"merge_id": f"M{number}", "store_id": "S1", "customer_id": into, "merged_customer_id": file}
        times = {"merged_at": "2026-10-01 11:00:00", "updated_at": f"2026-10-01 11:00:0{version}"}
        found = event("crm.merge.v1", f"M{number}", **data, **times, **more)
        return found.replace(f'"M{number}~0"'.encode(), f'"M{number}~{version}"'.encode())

    send(
        known,
        [
            level(1, "K1", NAME, customer_phone=PHONE),
            level(2, "K2", "令狐娟娟"),
            level(3, "K3", "令狐静静"),
            level(4, "K4", "刘建国"),
            level(5, "K5", "韩梅梅"),
            merge(1, "K1", "K2"),
            merge(2, "K3", "K2"),
            merge(3, "K1", "K4"),
            merge(3, "K1", "K4", 1, taken_back_at="2026-10-01 12:00:00"),
            touch(6, "K2", "欧阳娟娟"),
            level(7, "", NAME, customer_phone=PHONE),
            level(8, "", "韩梅梅"),
            level(9, "0", NAME, customer_phone=PHONE),
            touch(10, "0", "韩梅梅"),
        ],
        topic="crm",
    )
    land(known)

    erased(known)

    gone = {one: payload(known, f"G{one}")["customer_name"]["token"].startswith("0.") for one in range(1, 11)}
    assert {one for one in gone if gone[one]} == {1, 2, 3, 6, 7, 9}
    assert [opens(known, "name", one) for one in ("令狐娟娟", "令狐静静", "欧阳娟娟", "刘建国")] == [False] * 3 + [True]


def test_erase_destroys_a_name_only_when_nobody_else_has_it(known: Settings) -> None:
    erased(known)
    assert opens(known, "name", NAME)  # the third customer is called the same
    erased(known, "13800000003")
    assert not opens(known, "name", NAME)
