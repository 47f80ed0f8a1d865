"""How a customer reaches a store: a portal's form, Feiyu's two apps and a few others, a hotline."""

from __future__ import annotations

from random import Random
from typing import Literal

from ingestion.simulator.instants import DAY, HOUR, at, day_of
from ingestion.simulator.journal import Journal
from ingestion.simulator.objects import Call, Customer, PhoneKind, Submission
from ingestion.simulator.people import full_name
from ingestion.simulator.staff import Store

Mark = Literal["coded", "uncoded"]
CODED = ("空号", "号码错误", "非购车客户", "超出区域", "同行", "员工")
WAV_CODED = ("空错号", "无意向购买")
_TENCENT_CODED = ("号码错误", "非购车客户", "超出区域")
_UNCODED = ("", "其他")
_NICKNAMES = ("阳光灿烂", "小鱼儿", "Kevin", "平安是福", "大鹏")
TEST_NAMES = ("测试", "test", "预览勿拨", "测试勿联系")
_APPS = {"dongchedi": "懂车帝", "douyin": "抖音", "other": "今日头条"}
HOTLINES = ("autohome", "dongchedi", "yiche")


def shown_name(rng: Random, name: str) -> str:
    """The name as people type it."""
    kind = rng.random()
    if kind < 0.55:
        return name
    if kind < 0.9:
        return name[0] + rng.choice(("先生", "女士"))
    return rng.choice(_NICKNAMES) if kind < 0.97 else ""


def draw_customer(rng: Random, journal: Journal, platform: str) -> Customer:
    """A new customer; portals show some numbers masked, blank, as a landline or a 400 number."""
    kind: PhoneKind = "mobile"
    chance = rng.random()
    if platform in ("autohome", "yiche", "dongchedi"):
        if chance < 0.05 and platform == "autohome":
            kind = "masked"
        elif chance < 0.065:
            kind = "blank"
        elif chance < 0.08:
            kind = "landline"
        elif chance < 0.09:
            kind = "service"
    return journal.customer(full_name(rng), kind, crm_phone=rng.random() < 0.5)


def submit(
    rng: Random,
    journal: Journal,
    store: Store,
    platform: str,
    customer: Customer,
    moment: int,
    *,
    room: str | None = None,
) -> Submission:
    """One record of a portal or app."""
    via: Literal["autohome", "yiche", "dongchedi", "feiyu", "local_push", "tencent_ads", "adf"] = "feiyu"
    number = journal.long_id()
    if platform == "autohome":
        via, number = "autohome", f"AH{journal.number():012d}"
    elif platform == "yiche":
        via = "yiche"
    elif platform == "dongchedi" and store.number % 3 != 1:
        via = "dongchedi"
    elif platform == "douyin" and int(number) // 97 % 5 < 2:
        via = "local_push"
    elif platform in ("tencent_ads", "channels"):
        via = "tencent_ads"
    elif platform == "oem":
        via, number = "adf", f"OEM{journal.number():010d}"
    found = Submission(
        platform=platform,
        platform_lead_id=number,
        store_id=store.store_id,
        customer=customer,
        submitted_at=moment,
        via=via,
        dispatched_at=moment + rng.choice((20, 45, 90, 150, 240, 600)) + rng.randrange(20),
        series=rng.randrange(3),
        name=shown_name(rng, customer.name),
        room_id=room,
        app_name=_APPS.get(platform, ""),
        also_feiyu=(via == "dongchedi" and store.number % 3 == 0)
        or (via == "local_push" and int(number) // 97 % 2 == 0),
    )
    if customer.is_test:
        if via == "feiyu" and rng.random() < 0.6:
            found.clue_source = rng.choice((3, 4))
        else:
            found.name = rng.choice(TEST_NAMES)
    elif rng.random() < 0.5:
        found.status = (moment + rng.randrange(1 * HOUR, 2 * DAY), "followed")
    journal.submissions.append(found)
    return found


def mark_invalid(rng: Random, submission: Submission, mark: Mark, moment: int) -> None:
    """The store marks the portal's row invalid, with a code or without; ByteDance's marks never have one.

    Tencent does not say when: the mark counts as made at the nightly pull that first shows it. ADF goes one way: what
    came by it is marked in WAV.
    """
    if submission.via == "adf":
        return
    submission.marked_at = moment
    if submission.via == "tencent_ads":
        submission.marked_at = at(day_of(moment), 24 * 60 + 20)
    submission.status = None
    coded = _TENCENT_CODED if submission.via == "tencent_ads" else CODED
    without = submission.via in ("feiyu", "local_push")
    submission.mark_reason = "" if without else rng.choice(coded if mark == "coded" else _UNCODED)


def ring_in(
    rng: Random, journal: Journal, store: Store, line: str, customer: Customer, moment: int, *, answered: bool
) -> Call:
    """An inbound call to a line of the store; on a portal's line it is a submission of that portal.

    The portal's export and the call centre mostly both have it, one in five the portal alone, one the call centre.
    """
    waits = rng.randrange(4, 22) if answered else rng.randrange(12, 50)
    talk = rng.randrange(25, 420) if answered else 0
    rang = moment + rng.randrange(0, 3)
    number = journal.number()
    portal_id = f"TH{number:011d}" if line in HOTLINES and number % 5 != 4 else None
    call = Call(
        call_id=f"{number:010d}-i",
        store_id=store.store_id,
        customer=customer,
        caller=customer.phone,
        callee=store.lines[line],
        began=moment,
        rang=rang,
        answered=rang + waits if answered else None,
        ended=rang + waits + talk,
        line=line,
        system=None if number % 5 == 3 and portal_id else "volcengine",
        portal_id=portal_id,
    )
    journal.calls.append(call)
    if line in HOTLINES:
        journal.submissions.append(
            Submission(
                platform=line,
                platform_lead_id=portal_id or call.call_id,
                store_id=store.store_id,
                customer=customer,
                submitted_at=moment,
                via="call",
                dispatched_at=moment,
                series=rng.randrange(3),
                name="",
                call=call,
            )
        )
    return call
