"""The true follow-ups: when the next contact of an open lead was due and what was done; and defeats judged.

Decided where the definitions leave room: a lead begins, again too, as not judged; an ordered one waits and a cancelled
one is not judged anew; a next time counts if it was given before the level's own due; a typed follow-up has a trace if
there was a call or a message in the two hours before.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from ingestion.simulator.care_objects import Touch
from ingestion.simulator.instants import DAY, HOUR, day_of, week_of
from ingestion.simulator.objects import Call, CrmVersion, Order, Submission
from ingestion.simulator.truth.leads import Lead, business_day
from ingestion.simulator.truth.levels import stated_levels

Row = dict[str, Any]
DAYS = {"H": 2, "A": 4, "B": 7, "C": 15, "N": 1}
Kind = Literal["open", "level", "attempt", "order", "cancel", "close"]
_ORDER: dict[Kind, int] = {"open": 0, "level": 1, "attempt": 3, "order": 4, "cancel": 5, "close": 6}
_REASONS = {1: "price", 2: "competitor", 3: "no_longer_buying", 4: "no_system_reminder", 9: "other", 0: "unknown"}


@dataclass(slots=True, eq=False)
class Stretch:
    """An open lead between two changes; `attempt` is the next attempt before it closes.

    `since` is when it was last attempted, opened, ordered or cancelled: next times given from then on hold.
    """

    level: str
    begins: int
    ends: int | None = None
    ended_by: Kind | None = None
    attempt: int | None = None
    call: Call | Touch | None = field(default=None)
    since: int = 0

    def due(self, lead: Lead) -> tuple[int, str] | None:
        """When the next follow-up is due and what says so; None for levels without one."""
        if self.level not in DAYS:
            return None
        rule = self.begins + DAYS[self.level] * DAY
        given = [
            (at, until, source)
            for at, until, source in reminders(lead)
            if self.since <= at <= rule and until > self.begins and (self.ends is None or at < self.ends)
        ]
        return (max(given)[1], max(given)[2]) if given else (rule, "level")


def reminders(lead: Lead) -> Iterator[tuple[int, int, str]]:
    """When a next time was given, which, and by what."""
    for follow in lead.follows:
        if follow.next_at is not None and follow.next_at > follow.at:
            yield follow.at, follow.next_at, "vendor"
    for setting in lead.levels:
        if setting.next_at is not None and setting.next_at > setting.at:
            yield setting.at, setting.next_at, "reminder"
    for call in lead.calls:
        if call.remind_at is not None and call.remind_at > call.ended:
            yield call.ended, call.remind_at, "reminder"


def stretches(lead: Lead) -> list[Stretch]:
    """The lead's open life, cut at every change."""
    changes: list[tuple[int, int, str, Kind, object]] = []
    changes += [(at, _ORDER[kind], "", kind, "N" if kind == "open" else None) for at, kind in lead.turns]
    for crm in lead.crm:
        changes += [(at, 1, crm.lead_id, "level", level) for at, level in stated_levels(crm)]
    changes += [(one.at, 2, one.level_id, "level", one.level) for one in lead.levels]
    changes += [(one.began, _ORDER["attempt"], "", "attempt", one) for one in lead.attempts]
    for order in lead.orders:
        changes.append((order.ordered_at, _ORDER["order"], "", "order", "O"))
        if order.cancelled_at is not None and not any(one.stands_at(order.cancelled_at) for one in lead.orders):
            changes.append((order.cancelled_at, _ORDER["cancel"], "", "cancel", "N"))
    found: list[Stretch] = []
    waiting: list[Stretch] = []
    level, is_open, since = "N", False, 0
    for at, _, _, kind, what in sorted(changes, key=lambda change: change[:3]):
        if kind == "open":
            is_open = True
        if not is_open or (kind == "level" and what == level):
            continue
        if found and found[-1].ends is None:
            found[-1].ends, found[-1].ended_by = at, kind
        if kind == "attempt":
            for stretch in waiting:
                stretch.attempt = at
            waiting = []
        if kind == "close":
            is_open, waiting = False, []
            continue
        level = str(what) if isinstance(what, str) else level
        since = since if kind == "level" else at
        found.append(Stretch(level, at, call=what if isinstance(what, Call | Touch) else None, since=since))
        waiting.append(found[-1])
    return found


def can_be_called(lead: Lead) -> bool:
    return not lead.is_test and not (
        isinstance(lead.opener, Submission) and lead.opener.customer.kind in ("blank", "service")
    )


def _untraced(lead: Lead) -> list[int]:
    """Typed follow-ups without a call or a message in the two hours before."""
    contacts: list[Call | Touch] = [*lead.calls, *lead.touches]
    seen = [one.began for one in contacts if _is_trace(one)]
    return [one.at for one in lead.follows if not any(one.at - 2 * HOUR <= at <= one.at for at in seen)]


def _is_trace(contact: Call | Touch) -> bool:
    if isinstance(contact, Touch):
        is_by_person = not contact.inbound and contact.person is not None
        return contact.is_connected or (is_by_person and contact.channel not in ("like", "comment"))
    return contact.is_connected or (not contact.robot and contact.line is None)


def followups(leads: list[Lead], as_of: int) -> list[Row]:
    """By week (due), store and level: what was due and what became of it."""
    cells: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    for lead in filter(can_be_called, leads):
        typed = _untraced(lead)
        for stretch in stretches(lead):
            due = stretch.due(lead)
            if due is None or due[0] > as_of:
                continue
            status = _status(stretch, due[0], typed)
            if status != "void":
                cell = cells[week_of(day_of(due[0])).isoformat(), lead.store_id, stretch.level]
                cell["due"] += 1
                cell[status] += 1
    columns = ("due", "done_on_time", "done_late", "logged_only", "missed")
    return [
        {"week_start_date": week, "store_id": store_id, "level": level, **{name: counts[name] for name in columns}}
        for (week, store_id, level), counts in sorted(cells.items())
    ]


def _status(stretch: Stretch, due: int, typed: list[int]) -> str:
    next_due = due + DAYS[stretch.level] * DAY
    attempt = stretch.attempt
    if stretch.ends is not None and stretch.ended_by != "attempt" and stretch.ends < due:
        return "void"
    if attempt is not None and attempt <= due:
        return "done_on_time"
    if attempt is not None and attempt < next_due:
        return "done_late"
    if any(stretch.begins < at < next_due and (attempt is None or at <= attempt) for at in typed):
        return "logged_only"
    return "missed"


def defeats(leads: list[Lead], orders: list[Order]) -> list[Row]:
    """By month of the defeat, store and reason."""
    bought: dict[int, list[Order]] = defaultdict(list)
    for order in orders:
        if order.cancelled_at is None:
            bought[order.customer.number].append(order)
    cells: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    for lead in leads:
        if lead.is_test:
            continue
        for version in lead.defeats:
            lost = version.lost_at or version.at
            reason = "none" if version.lose_type is None else _REASONS[version.lose_type]
            cell = cells[day_of(lost).replace(day=1).isoformat(), lead.store_id, reason]
            cell.update(_judged(lead, version, lost))
            later = (one for one in bought[lead.opener.customer.number] if one.ordered_at > lost)
            cell["later_ordered_in_group"] += any(all(one is not own for own in lead.orders) for one in later)
    columns = (
        *("defeats", "avoidable", "few_attempts", "few_attempt_days", "never_connected", "overdue"),
        *("claimed_no_reminder", "contradicted_no_reminder", "later_ordered_in_group"),
    )
    return [
        {"month_start_date": month, "store_id": store, "reason": reason, **{name: counts[name] for name in columns}}
        for (month, store, reason), counts in sorted(cells.items())
    ]


def is_avoidable(lead: Lead, version: CrmVersion) -> bool:
    """Whether a defeat could have been avoided by what had been done by then."""
    return bool(_judged(lead, version, version.lost_at or version.at)["avoidable"])


def _judged(lead: Lead, version: CrmVersion, lost: int) -> dict[str, int]:
    attempts = [one.began for one in lead.attempts if one.began <= lost]
    causes = {
        "few_attempts": len(attempts) < 3,
        "few_attempt_days": len({business_day(at) for at in attempts}) < 2,
        "never_connected": not any(one.began <= lost for one in lead.connected),
        "overdue": can_be_called(lead) and _was_overdue(lead, lost),
    }
    claimed = version.lose_type == 4 or version.lose_remark.startswith("系统没有提醒")
    reminded = any(at <= lost and until <= lost for at, until, _ in reminders(lead))
    return {
        "defeats": 1,
        "avoidable": int(any(causes.values())),
        **{name: int(found) for name, found in causes.items()},
        "claimed_no_reminder": int(claimed),
        "contradicted_no_reminder": int(claimed and reminded),
    }


def _was_overdue(lead: Lead, lost: int) -> bool:
    """Whether a due time had passed in the stretches since the lead was last opened, with no attempt after it."""
    opened = max(at for at, kind in lead.turns if kind == "open" and at <= lost)
    for stretch in stretches(lead):
        due = stretch.due(lead)
        if due is None or stretch.begins < opened or stretch.begins > lost or stretch.attempt is not None:
            continue
        if due[0] < lost and (stretch.ends is None or stretch.ends >= due[0]):
            return True
    return False
