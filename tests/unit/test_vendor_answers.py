"""Answers as vendors' own documentation shows them: each of their records becomes an event of ours."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from ingestion.contract import Source
from ingestion.events import EventMaker
from ingestion.personal.secrets import new_secrets
from ingestion.readers import payloads
from ingestion.readers.rows import Found
from ingestion.sources import source_named
from tests.examples import EXAMPLES, outside

CASES = Path(__file__).parents[1] / "cases" / "vendors"
SECRETS = new_secrets()


def events(name: str, source: str) -> list[dict[str, Any]]:
    """The events of one answer, none refused."""
    make = EventMaker(source_named(source), secrets=SECRETS, account="9100000000000000001")
    made = []
    with (CASES / name).open("rb") as file:
        for one in payloads(file, CASES / name, source_named(source), None):
            assert isinstance(one, Found)
            made.append(msgspec.json.decode(make(one.content).value))
    return made


def test_clues_of_wav_are_leads_with_their_times_in_milliseconds() -> None:
    lost, new = events("wav-QueryClueInfoList.json", "wav.lead_status")
    assert (lost["subject"], lost["time"]) == ("1348080105398452226", "2026-10-17T06:00:00Z")
    read = ("LeadId", "DealerId", "LeadStatus", "SeriesId", "CustomerName", "CustomerPhone", "SalesPhone", "LeadLevel")
    assert [lost["data"][name] for name in read] == [
        "1348080105398452226", "9100000000000000001", 901, "S5001", "李四", "13800010001", "18800000001", "A"
    ]  # fmt: skip
    times = ("CreateTime", "UpdateTime", "RealArrivalTime")
    assert [lost["data"][name] for name in times] == [1791856800000, 1792216800000, 1792209600000]
    assert [new["data"][name] for name in times] == [1791856800000, 1791856860000, None]
    assert (lost["data"]["IsLose"], new["data"]["IsLose"]) == (1, 0)
    assert (lost["data"]["IsInvalid"], lost["data"]["InvalidTime"]) == (0, None)
    marked = ("IsInvalid", "InvalidTypeName", "InvalidTime")
    assert [new["data"][name] for name in marked] == [1, "空错号", 1791860400000]
    assert new["data"]["CustomerName"] == "微信昵称"


def test_clues_of_wav_keep_what_is_new_and_leave_out_whom_no_field_declares() -> None:
    lost, _ = events("wav-QueryClueInfoList.json", "wav.lead_status")
    assert (lost["data"]["CorpShopId"], lost["data"]["TagList"]) == ("S1234", ["标签1"])
    text = str(lost)
    assert [
        name for name in ("王五", "13912345678", "李四_1234", "wmpqy2CAAATGwpQTxuU1IUfoiOFH2cXA") if name in text
    ] == []


def test_follow_ups_of_wav_are_known_by_lead_and_time_and_who_did_not_follow_up_has_none() -> None:
    (one,) = events("wav-QueryFollowList.json", "wav.follow")
    assert (one["subject"], one["time"]) == ("1348080105398452226:1791857670", "2026-10-13T02:14:30Z")
    assert one["source"] == "/wav/9100000000000000001"
    read = ("LeadId", "FollowTime", "NextFollowTime", "OverdueTime", "FollowWayType", "FollowWayName", "IsOverdue")
    assert [one["data"][name] for name in read] == [
        1348080105398452226, 1791857670000, 1792116000000, None, 1, "电话", 0
    ]  # fmt: skip
    assert {"UserName", "Phone"} & one["data"].keys() == set()


def test_clues_of_wav_are_no_follow_ups() -> None:
    source = source_named("wav.follow")
    make = EventMaker(source, secrets=SECRETS)
    with (CASES / "wav-QueryClueInfoList.json").open("rb") as file:
        found = list(payloads(file, CASES / "wav-QueryClueInfoList.json", source, None))
    for one in found:
        assert isinstance(one, Found)
        with pytest.raises(ValueError, match="UpdateTime"):
            make(one.content)


def test_calls_of_volcengine_s_list_are_calls_under_either_spelling_and_clock() -> None:
    dialled, robot = events("volcengine-QueryCallRecordMsg.json", "volcengine.call")
    assert (dialled["subject"], dialled["time"]) == ("NM26101301", "2026-10-13T02:09:40Z")
    assert [(one["data"]["subServiceType"], one["data"]["startTime"]) for one in (dialled, robot)] == [
        (103, 1791857397000), (104, None)
    ]  # fmt: skip
    (missed,) = events("volcengine-QueryCallRecordMsg-2021.json", "volcengine.call")
    assert (missed["subject"], missed["time"]) == ("S16427506_1dc1", "2026-10-13T02:09:40Z")
    times = ("beginCallTime", "ringTime", "endTime")
    assert [missed["data"][name] for name in times] == [1791857380000, None, 1791857400000]


def test_punch_of_dingtalk_that_counts_for_nothing_is_one_without_its_type() -> None:
    counted, other = events("dingtalk-listRecord.json", "dingtalk.attendance")
    assert [one["data"].get("checkType") for one in (counted, other)] == ["OnDuty", None]
    assert (other["subject"], other["time"]) == ("43055377426", "2026-10-13T01:55:09Z")


@pytest.mark.parametrize(
    "source",
    [one for one in outside() if not one.is_assumed and one.file_format == "json"],
    ids=lambda source: source.name,
)
def test_null_for_what_a_vendor_may_leave_out_is_no_dead_letter(source: Source) -> None:
    path = EXAMPLES / source.example
    with path.open("rb") as file:
        example = next(one.content for one in payloads(file, path, source, None) if isinstance(one, Found))
    make = EventMaker(source, secrets=SECRETS, account=source.example_account or "given")
    for field in msgspec.structs.fields(source.contract):
        if not field.required:
            make({**example, field.encode_name: None})


def test_prospects_without_an_id_are_known_by_time_and_mobile_number_which_no_event_holds_readably() -> None:
    source = source_named("adf.prospect")
    make = EventMaker(source, secrets=SECRETS)
    path = CASES / "adf-without-ids.xml"
    with path.open("rb") as file:
        first, second, mailed, again = (
            one.content for one in payloads(file, path, source, None) if isinstance(one, Found)
        )
    keys = [make(one).key.decode() for one in (first, second)]
    assert [key[:26] for key in keys] == ["2026-10-13T11:05:00+08:00/"] * 2
    assert len(set(keys)) == 2
    assert [number for number in ("13900020002", "13900020003") if number in str(keys)] == []
    assert make(again).key.decode() == keys[0]
    with pytest.raises(ValueError, match="id: missing"):
        make(mailed)
