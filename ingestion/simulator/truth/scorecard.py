"""The true scorecard of each platform, who left details on two, and how far vendors' counts are from ours."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from fractions import Fraction
from math import floor
from typing import Any

from ingestion.simulator.instants import DAY, MINUTE, day_of, days_between, week_of
from ingestion.simulator.objects import Submission
from ingestion.simulator.people import PORTALS
from ingestion.simulator.portal_objects import PortalDay
from ingestion.simulator.truth.leads import Lead
from ingestion.simulator.truth.platforms import platform_costs, vendor_counts, yuan
from ingestion.simulator.vendor_counts import is_miscounted
from ingestion.simulator.world import Group

Row = dict[str, Any]
_NO_STANDING = dict.fromkeys(("mean_response_score", "score_max", "median_rank", "rank_of"))
COUNTS = (
    *("articles", "hotline_calls", "hotline_answered", "hotline_missed", "hotline_called_back_30m", "submissions"),
    *("valid_leads", "invited_leads", "showed_leads", "net_orders", "deliveries"),
)


def scorecard(group: Group, leads: list[Lead], as_of: int) -> list[Row]:
    """By week, store and platform: counts, and the elapsed days' part of the months' costs where each has one."""
    cells: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)

    def count(instant: int, store_id: str, platform: str, column: str) -> None:
        cells[week_of(day_of(instant)).isoformat(), store_id, platform][column] += 1

    for article in group.journal.articles:
        count(article.published_at, article.store_id, article.platform, "articles")
    for lead in leads:
        for submission in lead.submissions:
            count(submission.submitted_at, lead.store_id, submission.platform, "submissions")
            _hotline(lead, submission, count)
        if not lead.is_valid:
            continue
        steps = {
            "valid_leads": True,
            "invited_leads": bool(lead.appointments),
            "showed_leads": bool(lead.visits),
            "net_orders": any(order.cancelled_at is None for order in lead.orders),
            "deliveries": any(order.delivered_at is not None and order.cancelled_at is None for order in lead.orders),
        }
        for column, reached in steps.items():
            if reached:
                count(lead.received_at, lead.store_id, lead.platform, column)
    costs, standings = _week_costs(group, day_of(as_of)), _week_standings(group)
    return [
        {
            "week_start_date": key[0],
            "store_id": key[1],
            "platform": key[2],
            **{column: cells[key][column] if key in cells else 0 for column in COUNTS},
            **standings.get(key, _NO_STANDING),
            "cost": costs[key][0] if key in costs else None,
            "cost_source": costs[key][1] if key in costs else "none",
            "cost_per_valid_lead": _per(costs.get(key), cells[key]["valid_leads"]),
            "cost_per_net_order": _per(costs.get(key), cells[key]["net_orders"]),
        }
        for key in sorted(cells.keys() | costs.keys() | standings.keys())
    ]


def _per(cost: tuple[str, str] | None, count: int) -> str | None:
    return None if cost is None or not count else _to_the_fen(Fraction(cost[0]) / count)


def _to_the_fen(amount: Fraction) -> str:
    """Half a fen goes up."""
    return yuan(floor(amount * 100 + Fraction(1, 2)))


def _week_standings(group: Group) -> dict[tuple[str, str, str], Row]:
    """The week's mean score and median rank (nearest rank), each from five days on, and what they are out of."""
    weeks: dict[tuple[str, str, str], list[PortalDay]] = defaultdict(list)
    for one in group.journal.portal_days:
        if one.score is not None:
            weeks[week_of(one.day).isoformat(), one.store_id, one.platform].append(one)
    return {key: _standing(days) for key, days in weeks.items()}


def _standing(days: list[PortalDay]) -> Row:
    scores = [one.score for one in days if one.score is not None]
    ranks = sorted(one.rank for one in days if one.rank is not None)
    return {
        "mean_response_score": sum(scores) / len(scores) / 10 if len(scores) >= 5 else None,
        "score_max": max(one.score_max for one in days) / 10,
        "median_rank": ranks[(len(ranks) + 1) // 2 - 1] if len(ranks) >= 5 else None,
        "rank_of": max((one.rank_of for one in days if one.rank_of is not None), default=None),
    }


def _hotline(lead: Lead, submission: Submission, count: Any) -> None:
    """One call on a portal's line; called back is an attempt within half an hour of the hang-up."""
    call = submission.call
    if call is None:
        return
    count(call.began, lead.store_id, submission.platform, "hotline_calls")
    if call.is_connected:
        count(call.began, lead.store_id, submission.platform, "hotline_answered")
        return
    count(call.began, lead.store_id, submission.platform, "hotline_missed")
    if any(call.ended <= attempt.began <= call.ended + 30 * MINUTE for attempt in lead.attempts):
        count(call.began, lead.store_id, submission.platform, "hotline_called_back_30m")


def _week_costs(group: Group, last: date) -> dict[tuple[str, str, str], tuple[str, str]]:
    """The week's cost and its source, where each elapsed day has one; allocated if any part of it is."""
    months: dict[tuple[str, str, str], Fraction] = {}
    allocated: set[tuple[str, str, str]] = set()
    for row in platform_costs(group):
        key = row["month_start_date"], row["store_id"], row["platform"]
        months[key] = Fraction(row["amount"])
        allocated |= {key} if row["cost_source"] == "allocated" else set()
    sums: dict[tuple[str, str, str], Fraction] = defaultdict(Fraction)
    days: Counter[tuple[str, str, str]] = Counter()
    shared: set[tuple[str, str, str]] = set()
    for (month, store_id, platform), amount in months.items():
        first = date.fromisoformat(month)
        length = ((first + timedelta(days=31)).replace(day=1) - first).days
        for day in days_between(first, length):
            if day <= last:
                key = (week_of(day).isoformat(), store_id, platform)
                sums[key] += amount / length
                days[key] += 1
                shared |= {key} if (month, store_id, platform) in allocated else set()
    found = {}
    for key, amount in sums.items():
        monday = date.fromisoformat(key[0])
        if days[key] == min(7, (last - monday).days + 1):
            found[key] = _to_the_fen(amount), "allocated" if key in shared else "invoice"
    return found


def overlap(leads: list[Lead]) -> list[Row]:
    """By month and pair: customers on both platforms, and their later orders."""
    firsts: dict[int, dict[str, int]] = defaultdict(dict)
    orders: dict[int, list[int]] = defaultdict(list)
    for lead in leads:
        orders[lead.opener.customer.number] += [o.ordered_at for o in lead.orders if o.cancelled_at is None]
        for submission in lead.submissions:
            own = firsts[submission.customer.number]
            if not submission.customer.is_test:
                own[submission.platform] = min(
                    own.get(submission.platform, submission.submitted_at), submission.submitted_at
                )
    cells: dict[tuple[str, str, str], list[tuple[int, int, int]]] = defaultdict(list)
    for number, own in firsts.items():
        for a in own:
            for b in own:
                if a < b:
                    met = max(own[a], own[b])
                    later = sum(moment >= met for moment in orders[number])
                    month = day_of(met).replace(day=1).isoformat()
                    cells[month, a, b].append((own[a], own[b], later))
    rows = []
    for (month, a, b), pairs in sorted(cells.items()):
        gaps = sorted(abs(one - other) / DAY for one, other, _ in pairs)
        rows.append(
            {
                "month_start_date": month,
                "platform_a": a,
                "platform_b": b,
                "customers_both": len(pairs),
                "a_first": sum(one < other for one, other, _ in pairs),
                "median_days_between": gaps[(len(gaps) + 1) // 2 - 1] if len(gaps) >= 5 else None,
                "orders": sum(later for _, _, later in pairs),
            }
        )
    return rows


def reconciliation(group: Group, leads: list[Lead]) -> list[Row]:
    """By day, vendor, store and measure: ours and theirs; only a vendor's own mistake stays unexplained."""
    ours: Counter[tuple[str, str, str, str]] = Counter()
    for lead in leads:
        for vendor, measure, instant in _counted(lead):
            ours[day_of(instant).isoformat(), vendor, lead.store_id, measure] += 1
    rows = []
    for told in vendor_counts(group):
        vendor, measure, store_id = told["vendor"], told["measure"], told["store_id"]
        if measure == "form_leads":
            continue
        wrong = (
            measure == "leads"
            and vendor != "channels"
            and is_miscounted(store_id, date.fromisoformat(told["date_day"]))
        )
        count = ours[told["date_day"], vendor, store_id, measure]
        rows.append(
            {
                "date_day": told["date_day"],
                "vendor": vendor,
                "store_id": store_id,
                "measure": measure,
                "ours": count,
                "theirs": told["value"],
                "difference": count - told["value"],
                "unexplained": -1 if wrong else 0,
            }
        )
    return rows


def _counted(lead: Lead) -> list[tuple[str, str, int]]:
    """What one lead adds to ours: vendor, measure, instant."""
    found: list[tuple[str, str, int]] = []
    for submission in lead.submissions:
        call = submission.call
        if call is not None:
            found.append((submission.platform, "calls", call.began))
            if call.is_connected:
                found.append((submission.platform, "answered_calls", call.began))
        elif submission is lead.opener and not lead.is_test and submission.platform in (*PORTALS, "channels"):
            found.append((submission.platform, "leads", submission.submitted_at))
    if lead.is_test:
        return found
    filed = [version.at for crm in lead.crm for version in crm.versions if version.status == 301]
    firsts = {
        "leads": [crm.created_at for crm in lead.crm],
        "built": filed,
        "invited": [appointment.set_at for appointment in lead.appointments],
        "ordered": [order.ordered_at for order in lead.orders],
        "delivered": [order.delivered_at for order in lead.orders if order.delivered_at is not None],
    }
    found += [("wav", measure, min(instants)) for measure, instants in firsts.items() if instants]
    found += [("wav", "defeated", version.lost_at) for version in lead.defeats if version.lost_at is not None]
    return found
