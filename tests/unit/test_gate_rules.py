"""The gate's engine and report over frames made by hand: what fails, what is shown, what is never shown."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pandas
import pytest

from expectations import engine, report
from expectations.gate import SUITES, Verdict
from expectations.landed import LANDED
from expectations.marts import MARTS
from expectations.rules import Batch, Suite, at_least, between, never_grows, never_null, some_rows
from ingestion.errors import GateFailed

NOW = datetime(2026, 10, 13, tzinfo=UTC)


def suite(*rules: object, is_personal: bool = False) -> Suite:
    return Suite("marts", "Marts", (Batch("mart_x", "", ("store_id",), tuple(rules), is_personal),))  # type: ignore[arg-type]


def frame(**columns: list[object]) -> dict[int, pandas.DataFrame]:
    return {0: pandas.DataFrame(columns)}


def verdict(of: Suite, frames: dict[int, pandas.DataFrame]) -> Verdict:
    return Verdict("000001-x", NOW, tuple(engine.validate(of, frames)))


def test_gate_with_growing_step_fails_and_names_the_row() -> None:
    steps = never_grows(("leads", "valid"), rule="funnel_steps_never_grow", says="steps shrink")
    found = verdict(suite(*steps), frame(store_id=["S1", "S2"], leads=[5, 4], valid=[5, 6]))

    assert found.outcome == "failed"
    (failure,) = found.failures
    assert (failure.rule, failure.failed_rows, failure.rows) == ("funnel_steps_never_grow:valid", 1, 2)
    assert failure.sample[0]["store_id"] == "S2"
    with pytest.raises(GateFailed, match=r"funnel_steps_never_grow:valid fails on mart_x.*store_id=S2"):
        found.require_passed(Path("page"))


def test_gate_with_a_failing_warning_passes_and_warns() -> None:
    rule = between("hours", 0, 14, rule="plausible", says="hours", severity="warning")
    found = verdict(suite(rule), frame(store_id=["S1"], hours=[15.0]))

    assert found.outcome == "warned"
    found.require_passed(Path("page"))


def test_gate_does_not_judge_nulls() -> None:
    rules = (between("a", 0, 1, rule="r", says="s"), at_least("a", "b", rule="q", says="s"))
    found = verdict(suite(*rules), frame(store_id=["S1", "S2"], a=[None, 1.0], b=[5.0, None]))

    assert found.outcome == "passed"


@pytest.mark.parametrize(
    "rule", [some_rows(rule="r", says="s"), never_null("store_id", rule="r", says="s")], ids=["some_rows", "never_null"]
)
def test_gate_with_nothing_where_something_must_be_fails(rule: object) -> None:
    rows: list[object] = [] if "Row" in rule.expectation else [None]  # type: ignore[attr-defined]

    assert verdict(suite(rule), frame(store_id=rows)).outcome == "failed"


def test_gate_with_a_rule_that_cannot_be_judged_fails() -> None:
    found = verdict(suite(between("absent", 0, 1, rule="r", says="s")), frame(store_id=["S1"]))

    assert found.outcome == "failed"
    assert "could not be judged" in found.failures[0].says


def test_gate_report_is_readable_without_network_and_shows_no_person(tmp_path: Path) -> None:
    rule = between("hours", 0, 24, rule="hours_fit", says="hours <b>fit</b>")
    frames = frame(store_id=["E0017"], hours=[25])

    shown = report.write(verdict(suite(rule), frames), tmp_path / "a").read_text()
    personal = verdict(suite(rule, is_personal=True), frames)
    hidden = report.write(personal, tmp_path / "b").read_text()

    assert "E0017" in shown
    assert "E0017" not in hidden + (tmp_path / "b" / "findings.json").read_text() + str(personal)
    assert "1 of 1" in hidden
    with pytest.raises(GateFailed, match=r"rule hours_fit fails on mart_x.*1 of 1 rows") as refused:
        personal.require_passed(tmp_path)
    assert "E0017" not in str(refused.value)
    assert not re.search(r"https?:|//|<script|<link|@import|<b>", shown)


def test_gate_names_the_cell_of_a_group_of_employees_and_not_its_figures() -> None:
    rule = between("hours", 0, 24, rule="hours_fit", says="hours fit")
    (found,) = engine.validate(suite(rule), frame(store_id=["S1", "S2"], hours=[25, 3]), {"mart_x"})
    assert found.sample == ({"store_id": "S1"},)


@pytest.mark.parametrize(
    ("within", "fails"),
    [((4, 4, 4, 4, 2, 0), []), ((4, 4, 4, 3, 2, 0), ["a_longer_clock_misses_fewer:not_within_60m"])],
    ids=["a fresh week", "one answered within half an hour and not within an hour"],
)
def test_leads_that_are_not_old_enough_for_a_clock_are_not_missed_by_it(
    within: tuple[int, ...], fails: list[str]
) -> None:
    """Of four leads all were answered within 5 minutes; two are 4 hours old, none a day."""
    (response,) = (batch for batch in MARTS.batches if batch.table == "mart_response_sla")
    clocks = zip(("5m", "15m", "30m", "60m", "240m", "1d"), within, (4, 4, 4, 4, 2, 0), strict=True)
    counts = ", ".join(f"{le} as le_{clock}, {eligible} as eligible_{clock}" for clock, le, eligible in clocks)
    with duckdb.connect() as connection:
        connection.execute(
            f"create table m as select date '2026-10-12' as week_start_date, 'S1' as store_id, 'yiche' as platform, "
            f"4 as clock_leads, 0 as never, 0 as still_open, 3.0 as median_response_minutes, {counts}"
        )
        frames = {0: connection.execute(response.query.format(mart_response_sla="m")).df()}
    found = verdict(Suite("marts", "Marts", (response,)), frames)
    assert [one.rule for one in found.failures] == fails


def test_orders_of_test_leads_are_no_days_activity() -> None:
    """Who tries the lead system out goes as far as an order; of test leads the day has the submissions alone."""
    (orders,) = (one for one in MARTS.batches if one.rules[0].name == "facts_and_marts_reconcile:orders")
    with duckdb.connect() as connection:
        connection.execute("create table fct_leads as from (values ('a', false), ('b', true)) leads(lead_id, is_test)")
        connection.execute("create table fct_orders as from (values ('a'), ('a'), ('b')) orders(lead_id)")
        connection.execute("create table mart_activity_daily as select 2 as orders")
        relations = {name: name for name in ("fct_leads", "fct_orders", "mart_activity_daily")}
        frames = {0: connection.execute(orders.query.format(**relations)).df()}

    assert verdict(Suite("marts", "Marts", (orders,)), frames).outcome == "passed"


def test_gate_rules_have_names_of_their_own_and_known_expectations() -> None:
    rules = [
        (suite.name, batch.table, rule.name) for suite in SUITES for batch in suite.batches for rule in batch.rules
    ]

    assert len(rules) == len(set(rules))
    assert {suite.name for suite in (LANDED, MARTS)} == {"landed", "marts"}
    assert {rule.severity for one in SUITES for batch in one.batches for rule in batch.rules} == {"critical", "warning"}
