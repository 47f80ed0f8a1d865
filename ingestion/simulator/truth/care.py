"""The true care of customers by week and store: contacted, contacted too much, lost, asked by the manufacturer.

Too much is the fourth outbound call, SMS or message, a robot's too, within 72 hours to one person with no answer
(talk with a robot or in a call-back is one), inbound message or call, or visit between; it counts in the week of the
fourth, in each store that touched.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from ingestion.simulator.care_objects import Survey
from ingestion.simulator.instants import HOUR, day_of, week_of
from ingestion.simulator.journal import Journal

Row = dict[str, Any]
Cell = tuple[str, str]
_WRITTEN = ("sms", "message")


def surveys(journal: Journal) -> list[Row]:
    """By asker, store and round: surveys and call-backs, how many were answered, and the scores."""
    asked = sorted(
        [(one.asked_at, one.survey_id, one.order.order_id, one.asked_by, one.order.store_id, one.score, one.score_max,
          one.answered_at is not None) for one in journal.surveys]
        + [(one.began, one.touch_id, order.order_id, "store", one.store_id, None, None, one.is_connected)
           for one in journal.touches if one.channel == "callback"
           for order in journal.orders if order.customer is one.customer and order.delivered_at is not None]
    )  # fmt: skip
    rounds: dict[tuple[str, str], int] = defaultdict(int)
    cells: dict[tuple[str, str, int], Row] = {}
    for _, _, order_id, by, store_id, score, _, answered in asked:
        rounds[by, order_id] += 1
        cell = (by, store_id, rounds[by, order_id])
        row = cells.setdefault(
            cell, {"asked_by": by, "store_id": store_id, "round_no": cell[2], "surveys": 0, "answered": 0, "score": 0}
        )
        row["surveys"] += 1
        row["answered"] += answered
        row["score"] += score or 0
    return [cells[cell] for cell in sorted(cells)]


def customer_care(journal: Journal) -> list[Row]:
    """By week and store."""
    cells: dict[str, dict[Cell, set[int]]] = {name: defaultdict(set) for name in ("contacted", "over", "blocked")}
    lines: dict[int, list[tuple[int, str, bool, bool]]] = defaultdict(list)
    for call in journal.calls:
        is_answer = call.line is not None or call.talk >= 10
        lines[call.customer.number].append((call.began, call.store_id, call.line is None, is_answer))
    for touch in journal.touches:
        if touch.channel in _WRITTEN:
            written = (touch.began, touch.store_id, not touch.inbound, touch.inbound)
            lines[touch.customer.number].append(written)
        elif touch.channel == "callback":
            lines[touch.customer.number].append((touch.began, touch.store_id, False, touch.is_connected))
    for visit in journal.visits:
        lines[visit.customer.number].append((visit.arrived_at, visit.store_id, False, True))
    for number, line in lines.items():
        for at, store_id, outbound, _ in line:
            if outbound:
                cells["contacted"][_week(at), store_id].add(number)
        for at, stores in _too_much(sorted(line)):
            for store_id in stores:
                cells["over"][_week(at), store_id].add(number)
    for block in journal.blocks:
        cells["blocked"][_week(block.at), block.store_id].add(block.customer.number)
    asked = _surveyed(journal)
    every = sorted({cell for of_kind in cells.values() for cell in of_kind} | asked.keys())
    return [
        {
            "week_start_date": cell[0],
            "store_id": cell[1],
            "contacted_customers": len(cells["contacted"][cell]),
            "overcontacted_customers": len(cells["over"][cell]),
            "blocked_customers": len(cells["blocked"][cell]),
            **_asked(asked[cell]),
        }
        for cell in every
    ]


def _week(at: int) -> str:
    return week_of(day_of(at)).isoformat()


def _too_much(line: list[tuple[int, str, bool, bool]]) -> list[tuple[int, set[str]]]:
    found = []
    silent: list[tuple[int, str]] = []
    for at, store_id, outbound, is_answer in line:
        if outbound:
            silent.append((at, store_id))
            if len(silent) >= 4 and at - silent[-4][0] <= 72 * HOUR:
                found.append((at, {store for _, store in silent[-4:]}))
        if is_answer:
            silent = []
    return found


def _surveyed(journal: Journal) -> dict[Cell, list[tuple[int, float | None]]]:
    """First surveys of the manufacturer: contacts by the store before, and the score of 100."""
    firsts: dict[str, Survey] = {}
    for survey in sorted(journal.surveys, key=lambda one: one.asked_at):
        if survey.asked_by == "oem":
            firsts.setdefault(survey.order.order_id, survey)
    found: dict[Cell, list[tuple[int, float | None]]] = defaultdict(list)
    for survey in firsts.values():
        order = survey.order
        backs = [t.began for t in journal.touches if t.channel == "callback" and t.customer is order.customer]
        backs += [s.asked_at for s in journal.surveys if s.asked_by == "store" and s.order is order]
        rounds = sum(at < survey.asked_at for at in backs)
        score = None if survey.score is None else survey.score * 100 / survey.score_max
        found[_week(survey.asked_at), order.store_id].append((rounds, score))
    return found


def _asked(surveys: list[tuple[int, float | None]]) -> Row:
    scores = [score for _, score in surveys if score is not None]
    return {
        "deliveries_surveyed": len(surveys),
        "callback_rounds": sum(rounds for rounds, _ in surveys),
        "oem_scores": len(scores),
        "mean_oem_score": sum(scores) / len(scores) if len(scores) >= 5 else None,
    }
