"""The rewriter compiled from a contract: every declared personal field, every text it does not know."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ingestion.contract import Account, Dropped, FreeText, Id, Phone, Record, Reference, fields_of
from ingestion.events import event_for
from ingestion.personal.rewrite import compiled
from ingestion.personal.secrets import new_secrets
from ingestion.personal.tokens import Tokens
from ingestion.sources import source_named, sources


class Nested(Record):
    phones: list[Phone] = []
    inner: list[dict[str, Any]] = []
    anything: Any = None
    national_id: Dropped | None = None
    note: FreeText | None = None
    account: Account | None = None
    code: str | None = None


def rewritten(contract: type[Record], data: dict[str, Any]) -> dict[str, Any]:
    compiled(contract, Tokens(new_secrets()))(data)
    return data


def test_rewrite_of_lists_objects_and_unknown_fields_leaves_nothing_readable() -> None:
    data = rewritten(
        Nested,
        {
            "phones": ["13800138000", "", "13900139000"],
            "inner": [{"tel": "13800138000"}],
            "anything": {"deep": ["tel 13800138000", {"13800138000": 1}]},
            "national_id": "110101199003074514",
            "note": "粤B12345",
            "account": " ",
            "code": "13800138000",
            "unknown": 13800138000,
            "unknown_too": {"list": [8613800138000, 1730000000000, True, None, 1.5]},
            "unknown_ids": [110101199003074514, 110101199003074513, 7123456789012345678],
            "unknown_json": '{"car": "\\u4eacA12345", "note": "\\u4e00\\u4e09\\u516b00138000"}',
            "13800138000": "x",
        },
    )
    assert [value and value["class"] for value in data["phones"]] == ["mobile", None, "mobile"]
    assert data["national_id"] is None
    assert data["account"] is None
    assert data["note"] == "[plate]"
    assert data["code"] == "13800138000"
    assert data["inner"] == [{"tel": "[phone]"}]
    assert data["anything"] == {"deep": ["tel [phone]", {"[phone]": 1}]}
    assert data["unknown"] == "[phone]"
    assert data["unknown_too"] == {"list": ["[phone]", 1730000000000, True, None, 1.5]}
    assert data["unknown_ids"] == ["[id]", 110101199003074513, 7123456789012345678]
    assert data["unknown_json"] == '{"car": "[plate]", "note": "[phone]"}'
    assert data["[phone]"] == "x"
    assert "13800138000" not in data


class Visit(Record):
    customer_id: Reference
    lead_id: Id | None = None


def test_rewrite_of_a_reference_made_of_a_number_still_names_the_same_record() -> None:
    rewrite = compiled(Visit, Tokens(new_secrets()))
    visits: list[dict[str, Any]] = [
        {"customer_id": "13800138000", "lead_id": 13800138000},
        {"customer_id": "138-0013-8000", "lead_id": "13800138000"},
        {"customer_id": "13900139000", "lead_id": 7123456789012345678},
        {"customer_id": "M-13800138000", "lead_id": "L20261001000123"},
    ]
    for one in visits:
        rewrite(one)
    first, again, other, prefixed = visits
    assert "138" not in json.dumps([first, again, prefixed["customer_id"]]).replace(first["customer_id"], "")
    assert first == again == {"customer_id": first["lead_id"], "lead_id": first["lead_id"]}
    assert other["customer_id"] not in ("13900139000", first["customer_id"])
    assert prefixed["customer_id"] == f"M-{first['customer_id']}"
    assert (other["lead_id"], prefixed["lead_id"]) == (7123456789012345678, "L20261001000123")


def test_rewrite_of_a_shop_whose_account_is_a_telephone_number_leads_to_its_records() -> None:
    secrets = new_secrets()
    shop = {"system": "autohome", "account": "13800138000"}
    store: dict[str, Any] = {"store_id": "S1", "accounts": [shop]}
    lead: dict[str, Any] = {"lead_id": "L1", "dealer_id": "13800138000", "submitted_at": "2026-10-01 08:00:00"}
    event = json.loads(event_for(source_named("autohome.lead"), lead, secrets=secrets).value)
    for contract, data in ((sources()["hr.store"].contract, store), (sources()["autohome.lead"].contract, lead)):
        compiled(contract, Tokens(secrets))(data)
    assert event["source"] == f"/autohome/{shop['account']}"
    assert lead["dealer_id"] == shop["account"] != "13800138000"


TYPED = {
    "autohome.lead": ["invalid_reason", "lead_type", "series_name", "status"],
    "dongchedi.lead": ["invalid_reason", "lead_type", "series_name", "status"],
    "yiche.lead": ["inquiry_type", "invalid_reason", "series_name", "status"],
    "feiyu.lead": ["convert_status", "follow_state_name", "store.store_name"],
    "douyin.local_lead": ["follow_state_name"],
    "tencent_ads.lead": ["leads_follow_tag"],
    "wav.lead": ["ChannelName"],
    "wav.lead_status": ["ChannelName", "LoseTypeName"],
    "wav.profile": ["DecisionMaker", "FamilyStructure", "JobTypeName", "VehiclePurpose.VehiclePurposeName"],
    "callke.call": ["intent"],
    "crm.key_customer": ["reason"],
    "crm.order": ["series_name"],
    "calendar.event": ["categories[]"],
    "wecom.checkin": ["groupname"],
    "screentime.day": ["app"],
    "training.course": ["course_name", "organiser"],
    "hr.deduction": ["kpi"],
}
"""Fields that are meant for a word of a list, in which people type what they like."""


@pytest.mark.parametrize("name", TYPED)
def test_rewrite_of_a_number_typed_where_a_word_is_wanted_leaves_the_word_alone(name: str) -> None:
    data: dict[str, Any] = {}
    for path in TYPED[name]:
        plant(data, path, "空号 13800138000 京A12345")
    rewritten(sources()[name].contract, data)
    assert json.dumps(data, ensure_ascii=False).count("空号 [phone] [plate]") == len(TYPED[name])
    assert not [one for one in fields_of(sources()[name].contract) if one.free_text and one.path in TYPED[name]]


@pytest.mark.parametrize("name", sorted(sources()))
def test_rewrite_of_every_source_replaces_every_personal_field(name: str) -> None:
    contract = sources()[name].contract
    data: dict[str, Any] = {}
    planted = 0
    for field in fields_of(contract):
        if field.personal or field.free_text or field.is_reference:
            planted += field.personal != "dropped" and not field.is_reference  # those leave nothing
            plant(data, field.path, "13800138000")
    rewritten(contract, data)
    assert "13800138000" not in json.dumps(data)
    assert json.dumps(data).count("token") + json.dumps(data).count("[phone]") >= planted


BESIDE = {
    "zoom.webhook": ["payload.object.participant.leave_reason"],
    "tencent_meeting.webhook": [
        "payload[].operator.nick_name",
        "payload[].operator.pstn_number",
        "payload[].to_operator.user_name",
        "payload[].to_operator.nick_name",
    ],
    "feiyu.lead": ["qq", "email", "address"],
    "douyin.local_lead": ["address", "clue_owner_name", "staff_nickname"],
    "wav.profile": ["UnionId", "Address"],
}
"""Fields of persons that vendors document and no model asks for."""


@pytest.mark.parametrize("name", BESIDE)
def test_rewrite_leaves_nothing_of_a_person_in_fields_that_no_model_asks_for(name: str) -> None:
    data: dict[str, Any] = {}
    for path in BESIDE[name]:
        plant(data, path, "李娜 left the meeting.<br>Reason: Host ended the meeting.")
    rewritten(sources()[name].contract, data)
    assert "李娜" not in json.dumps(data, ensure_ascii=False)


def plant(data: dict[str, Any], path: str, value: str) -> None:
    head, dot, rest = path.partition(".")
    name = head.removesuffix("[]")
    if head.endswith("[]"):
        held = data.setdefault(name, [{}] if dot else [value])
        target = held[0]
    else:
        target = data.setdefault(name, {} if dot else value)
    if dot:
        plant(target, rest, value)
