"""docs/questions.md: each query on a published file answers what truly happened in the simulated world.

The expected rows are counted here from the world's truth alone, in the order the query gives.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest

from ingestion.simulator.truth.pipeline import wilson
from tests.e2e.way import WholeWay

Row = dict[str, Any]
Truth = dict[str, list[Row]]

PAGE = (Path(__file__).parents[2] / "docs" / "questions.md").read_text(encoding="utf-8")
SECTIONS = re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]
QUERIES = {
    f"{section.split('.')[0]} {file}": (file, sql)
    for section in SECTIONS
    for file, sql in re.findall(r"```sql\n-- (\w+)\n(.*?)```", section, re.DOTALL)
}
SHANGHAI = timezone(timedelta(hours=8))


def test_page_holds_ten_questions_and_each_query_is_compared_with_the_truth() -> None:
    assert [section.split(".")[0] for section in SECTIONS] == [str(number) for number in range(1, 11)]
    assert {name.split()[0] for name in QUERIES} == {str(number) for number in range(1, 11)}
    assert PAGE.count("```sql") == len(QUERIES)
    assert QUERIES.keys() == ANSWERS.keys()


@pytest.mark.parametrize("name", QUERIES)
def test_question_is_answered_as_it_truly_was(whole_way: WholeWay, name: str) -> None:
    found, expected = whole_way.published(*QUERIES[name]), ANSWERS[name](whole_way.truth)
    assert expected, "the world has something to answer with"
    assert [*found[0]] == [*expected[0]]
    differing = [
        f"{row} is truly {truly}"
        for row, truly in zip(found, expected, strict=False)
        if not all(_same(row[column], truly[column]) for column in truly)
    ]
    assert not differing, "\n".join(differing)
    assert len(found) == len(expected)


def platforms_by_orders_and_cost(truth: Truth) -> list[Row]:
    cards = [
        card | {"costed_orders": None if card["cost"] is None else card["net_orders"]}
        for card in truth["platform_scorecard"]
    ]
    counts = ("valid_leads", "showed_leads", "net_orders", "cost", "costed_orders")
    rows = [
        {
            "platform": platform,
            "valid_leads": of["valid_leads"],
            "showed": of["showed_leads"],
            "ordered": of["net_orders"],
            "order_rate": share(of["net_orders"], of["valid_leads"]),
            "cost": of["cost"],
            "cost_per_order": share(of["cost"], of["costed_orders"], digits=0),
        }
        for (platform,), of in sums(cards, ("platform",), *counts).items()
    ]
    return sorted(rows, key=lambda row: (-row["ordered"], row["platform"]))


def months_by_cost_of_an_order(truth: Truth) -> list[Row]:
    orders = Counter(
        f"{datetime.fromisoformat(order['ordered_at']).astimezone(SHANGHAI):%Y-%m}-01"
        for order in truth["orders"]
        if order["cancelled_at"] is None
    )
    return [
        {
            "month_start_date": month,
            "cost": of["amount"],
            "net_orders": orders[month],
            "cost_per_order": share(of["amount"], orders[month], digits=0),
        }
        for (month,), of in sums(truth["platform_costs"], ("month_start_date",), "amount").items()
    ]


def stores_by_steps(truth: Truth) -> list[Row]:
    rates = {
        "contact_rate": "contacted_leads",
        "invitation_rate": "invited_leads",
        "show_rate": "showed_leads",
        "order_rate": "ordered_leads",
    }
    leads = [row for row in truth["funnel"] if row["platform"] != "walk_in"]
    return [
        {"store_id": store, "valid_leads": of["valid_leads"]}
        | {name: share(of[step], of["valid_leads"]) for name, step in rates.items()}
        for (store,), of in sums(leads, ("store_id",), "valid_leads", *rates.values()).items()
    ]


def weeks_and_platforms_by_response(truth: Truth) -> list[Row]:
    by = ("week_start_date", "platform")
    return [
        {
            "week_start_date": week,
            "platform": platform,
            "clock_leads": of["clock_leads"],
            "within_30_minutes": share(of["le_30m"], of["eligible_30m"]),
            "never_answered": of["never"],
        }
        for (week, platform), of in sums(truth["sla"], by, "clock_leads", "le_30m", "eligible_30m", "never").items()
    ]


def stores_by_avoidable_defeats(truth: Truth) -> list[Row]:
    causes = ("few_attempts", "few_attempt_days", "never_connected", "overdue")
    rows = [
        {
            "store_id": store,
            "defeats": of["defeats"],
            "avoidable_rate": share(of["avoidable"], of["defeats"]),
            **{cause: of[cause] for cause in causes},
        }
        for (store,), of in sums(truth["defeat_reasons"], ("store_id",), "defeats", "avoidable", *causes).items()
    ]
    return sorted(rows, key=lambda row: (-row["avoidable_rate"], row["store_id"]))


def months_by_claims_of_no_reminder(truth: Truth) -> list[Row]:
    columns = ("defeats", "claimed_no_reminder", "contradicted_no_reminder", "later_ordered_in_group")
    names = ("defeats", "claimed", "contradicted", "bought_from_us_later")
    return [
        {"month_start_date": month} | {name: of[column] for name, column in zip(names, columns, strict=True)}
        for (month,), of in sums(truth["defeat_reasons"], ("month_start_date",), *columns).items()
    ]


def surest_hours(truth: Truth) -> list[Row]:
    rows = [
        {
            "weekday": weekday,
            "hour": hour,
            **of,
            "connect_rate": share(of["connected"], of["attempts"]),
            "low": share(wilson(int(of["connected"]), int(of["attempts"]))["low"], 1),
        }
        for (weekday, hour), of in sums(truth["contact_timing"], ("weekday", "hour"), "attempts", "connected").items()
    ]
    return sorted(rows, key=lambda row: (-row["low"], row["weekday"], row["hour"]))[:10]


def levels_by_discipline(truth: Truth) -> list[Row]:
    statuses = {"on_time": "done_on_time", "late": "done_late", "logged_only": "logged_only", "missed": "missed"}
    return [
        {
            "level": level,
            "due": of["due"],
            **{name: share(of[column], of["due"]) for name, column in statuses.items()},
        }
        for (level,), of in sums(truth["followups"], ("level",), "due", *statuses.values()).items()
    ]


def stores_by_leads_of_those_who_left(truth: Truth) -> list[Row]:
    last = max(row["week_start_date"] for row in truth["lead_pipeline"])
    rows = [row for row in truth["lead_pipeline"] if row["week_start_date"] == last]
    return [
        {"store_id": store, "owner_state": state, **of}
        for (store, state), of in sums(rows, ("store_id", "owner_state"), "open_leads", "overdue").items()
    ]


def stores_by_live_streams(truth: Truth) -> list[Row]:
    costs = {row["session_id"]: row["cost"] for row in truth["live_sessions"]}
    rows = [
        row
        | {"sessions": 1, "cost": (cost := costs[row["session_id"]])}
        | {"costed_orders": None if cost is None else row["ordered_leads"]}
        for row in truth["live_conversion"]
    ]
    columns = ("sessions", "leads", "showed_leads", "ordered_leads", "cost", "costed_orders")
    return [
        {
            "store_id": store,
            "audience_basis": basis,
            "sessions": of["sessions"],
            "leads": of["leads"],
            "showed": of["showed_leads"],
            "ordered": of["ordered_leads"],
            "cost": of["cost"],
            "cost_per_order": share(of["cost"], of["costed_orders"], digits=0),
        }
        for (store, basis), of in sums(rows, ("store_id", "audience_basis"), *columns).items()
    ]


def stores_by_care(truth: Truth) -> list[Row]:
    columns = {
        "contacted": "contacted_customers",
        "too_often": "overcontacted_customers",
        "blocked": "blocked_customers",
        "callback_rounds": "callback_rounds",
        "deliveries_surveyed": "deliveries_surveyed",
    }
    return [
        {"store_id": store} | {name: of[column] for name, column in columns.items()}
        for (store,), of in sums(truth["customer_care"], ("store_id",), *columns.values()).items()
    ]


ANSWERS: dict[str, Callable[[Truth], list[Row]]] = {
    "1 marts": platforms_by_orders_and_cost,
    "1 detail": months_by_cost_of_an_order,
    "2 marts": stores_by_steps,
    "3 marts": weeks_and_platforms_by_response,
    "4 marts": stores_by_avoidable_defeats,
    "5 marts": months_by_claims_of_no_reminder,
    "6 marts": surest_hours,
    "7 marts": levels_by_discipline,
    "8 marts": stores_by_leads_of_those_who_left,
    "9 marts": stores_by_live_streams,
    "10 marts": stores_by_care,
}


def sums(rows: Iterable[Row], by: tuple[str, ...], *columns: str) -> dict[tuple[Any, ...], Row]:
    """The sums of some columns by others, in their order; of nothing known there is none."""
    cells: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        cells[tuple(row[key] for key in by)].append(row)
    return {
        key: {column: _sum(row[column] for row in cell if row[column] is not None) for column in columns}
        for key, cell in sorted(cells.items())
    }


def share(of: Any, whole: Any, *, digits: int = 3) -> float | None:
    """A quotient rounded half up; nothing of the unknown or over 0."""
    if of is None or not whole:
        return None
    quotient = Decimal(str(of)) / Decimal(str(whole))
    return float(quotient.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


def _sum(values: Iterable[int | str]) -> Decimal | None:
    """Counts, and money as the truth tells it: in text."""
    known = [Decimal(value) for value in values]
    return sum(known, Decimal(0)) if known else None


def _same(found: Any, expected: Any) -> bool:
    if expected is None or found is None or not isinstance(expected, int | float | Decimal):
        return (found is None) == (expected is None) and str(found) == str(expected)
    return math.isclose(float(found), float(expected), abs_tol=1e-9)
