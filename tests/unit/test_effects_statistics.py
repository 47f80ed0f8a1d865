"""Effects on simulated panels whose true effect is known, none among them; and the limits below which none is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from dbt_project.statistics.effects import NOT_ENOUGH, control_effects, intervention_effects

MEASURE = "showed_14d_rate"
MONDAY = date(2026, 1, 5)
CUT_ON = MONDAY + timedelta(weeks=10)
Told = Callable[[pd.DataFrame], dict[str, Any]]


def panel(seed: int, *, stores: int = 16, weeks: int = 20, control: float = 0.0, cut: float = 0.0) -> pd.DataFrame:
    """Stores and weeks of levels of their own, a store's weeks resembling each other; the first half had the cut.

    Stores with a high level have more control time: without fixed effects every estimate would be far off.
    """
    rng = np.random.default_rng(seed)
    rows = []
    for store in range(stores):
        level = rng.normal(0, 0.1)
        drift = 0.0
        for week in range(weeks):
            drift = 0.5 * drift + rng.normal(0, 0.02)
            hours = 3 + 20 * level + rng.normal(0, 0.5) + 0.2 * np.sin(week)
            is_cut = store < stores // 2 and week >= 10
            outcome = 0.3 + level + 0.03 * np.sin(week) + drift + control * hours + cut * is_cut
            monday = MONDAY + timedelta(weeks=week)
            rows.append((f"S{store:03d}", pd.Timestamp(monday), MEASURE, hours, outcome))
    columns = ["store_id", "week_start_date", "measure", "control_hours_per_person", "outcome"]
    return pd.DataFrame(rows, columns=columns)


def interventions(stores: int = 8, started_on: date = CUT_ON) -> pd.DataFrame:
    rows = [("cut", "晚点名取消", f"S{store:03d}", pd.Timestamp(started_on)) for store in range(stores)]
    return pd.DataFrame(rows, columns=["intervention_id", "what", "store_id", "started_on"])


def control(frame: pd.DataFrame) -> dict[str, Any]:
    return control_effects(frame, [MEASURE])[0]


def cut(frame: pd.DataFrame, which: pd.DataFrame | None = None) -> dict[str, Any]:
    return intervention_effects(frame, interventions() if which is None else which, [MEASURE])[0]


@pytest.mark.parametrize("truth", [-0.04, 0.0])
def test_control_effect_interval_holds_the_truth_about_as_often_as_it_says(truth: float) -> None:
    found = [control(panel(seed, control=truth)) for seed in range(30)]
    held = sum(row["low"] <= truth <= row["high"] for row in found)
    assert held >= 26
    assert np.mean([row["estimate"] for row in found]) == pytest.approx(truth, abs=0.006)
    verdicts = [row["verdict"] for row in found]
    assert verdicts.count("goes with less" if truth else "no association found") >= 26


@pytest.mark.parametrize("truth", [0.06, 0.0])
def test_intervention_effect_interval_holds_the_truth_about_as_often_as_it_says(truth: float) -> None:
    found = [cut(panel(seed, cut=truth)) for seed in range(30)]
    assert sum(row["low"] <= truth <= row["high"] for row in found) >= 26
    assert np.mean([row["estimate"] for row in found]) == pytest.approx(truth, abs=0.008)
    verdicts = [row["verdict"] for row in found]
    assert verdicts.count("more after" if truth else "no effect found") >= 26


def test_intervention_effect_is_the_difference_of_two_differences_by_hand() -> None:
    """Where the cut was made: 0.2 before, 0.5 after; elsewhere 0.3 and 0.4: 0.3 - 0.1 = 0.2."""
    frame = panel(1, weeks=16)
    week = (frame["week_start_date"] - pd.Timestamp(MONDAY)).dt.days // 7
    is_treated = frame["store_id"] < "S008"
    levels = np.where(is_treated, np.where(week >= 10, 0.5, 0.2), np.where(week >= 10, 0.4, 0.3))
    noise = np.where(frame.groupby("store_id").cumcount() % 2, 1e-6, -1e-6)
    row = cut(frame.assign(outcome=levels + noise))
    assert row["estimate"] == pytest.approx(0.2, abs=1e-5)
    assert (row["treated_stores"], row["control_stores"]) == (8, 8)


@pytest.mark.parametrize(("stores", "weeks"), [(9, 20), (16, 11)])
def test_fewer_than_ten_stores_or_twelve_weeks_tell_nothing(stores: int, weeks: int) -> None:
    row = control(panel(3, stores=stores, weeks=weeks, control=-0.5))
    assert (row["estimate"], row["low"], row["high"], row["verdict"]) == (None, None, None, NOT_ENOUGH)
    assert (row["stores"], row["weeks"]) == (stores, weeks)


def test_ten_stores_and_twelve_weeks_tell_something() -> None:
    assert control(panel(3, stores=10, weeks=12, control=-0.5))["verdict"] == "goes with less"


def test_control_hours_that_never_vary_inside_a_store_tell_nothing() -> None:
    frame = panel(5)
    same = frame.groupby("store_id")["control_hours_per_person"].transform("mean")
    assert control(frame.assign(control_hours_per_person=same))["verdict"] == NOT_ENOUGH


def only_some_vary(seed: int, stores: int) -> pd.DataFrame:
    """Control hours move in the first `stores` alone, a store's weeks resembling each other; they do nothing."""
    frame = panel(seed)
    rng = np.random.default_rng(seed)
    hours = []
    for number in pd.factorize(frame["store_id"])[0]:
        moved = 0.7 * hours[-1] + rng.normal(0, 0.5) if hours and number < stores else 0.0
        hours.append(moved)
    return frame.assign(control_hours_per_person=hours)


def test_few_stores_that_vary_make_the_interval_as_wide_as_few_stores_do() -> None:
    """With the degrees of freedom of all sixteen stores 23 of these 30 intervals hold it."""
    found = [control(only_some_vary(seed, 3)) for seed in range(30)]
    assert sum(row["estimate"] is None or row["low"] <= 0 <= row["high"] for row in found) >= 26


def test_one_store_that_varies_tells_nothing() -> None:
    assert control(only_some_vary(3, 1))["verdict"] == NOT_ENOUGH


@pytest.mark.parametrize("told", [control, cut])
@pytest.mark.parametrize("moved_by_stores_and_weeks", [0.0, 0.01])
def test_outcome_that_stores_and_weeks_explain_tells_nothing(told: Told, moved_by_stores_and_weeks: float) -> None:
    """What is left of 0.3 in every store and week is the rounding of doubles, which all leans to one side."""
    frame = panel(5)
    store, week = pd.factorize(frame["store_id"])[0], pd.factorize(frame["week_start_date"])[0]
    assert told(frame.assign(outcome=0.3 + moved_by_stores_and_weeks * (store + week)))["verdict"] == NOT_ENOUGH


def test_no_more_rows_than_stores_and_weeks_tell_nothing() -> None:
    """Ten stores and twelve weeks in 22 rows: as many as there are levels and the effect to estimate."""
    frame = panel(5, stores=10, weeks=12)
    store, week = pd.factorize(frame["store_id"])[0], pd.factorize(frame["week_start_date"])[0]
    row = control(frame[(week - store) % 12 <= np.where(store == 9, 3, 1)])
    assert (row["stores"], row["weeks"], row["verdict"]) == (10, 12, NOT_ENOUGH)


def test_intervention_of_two_stores_tells_nothing() -> None:
    row = cut(panel(7, cut=0.5), interventions(stores=2))
    assert (row["treated_stores"], row["verdict"]) == (2, NOT_ENOUGH)


def test_week_in_which_the_cut_was_made_counts_on_neither_side() -> None:
    midweek = interventions(started_on=CUT_ON + timedelta(days=2))
    frame = panel(9, cut=0.06)
    disturbed = frame.assign(outcome=frame["outcome"].where(frame["week_start_date"] != pd.Timestamp(CUT_ON), 99.0))
    assert cut(disturbed, midweek)["estimate"] == pytest.approx(cut(frame, midweek)["estimate"])


def test_stores_of_another_intervention_are_no_comparison() -> None:
    other = interventions(stores=12).iloc[10:].assign(intervention_id="other")
    both = pd.concat([interventions(), other])
    rows = {row["intervention_id"]: row for row in intervention_effects(panel(11), both, [MEASURE])}
    assert rows["cut"]["control_stores"] == 6


def test_store_with_two_cuts_at_a_time_is_on_neither_side() -> None:
    other = interventions(stores=1, started_on=CUT_ON + timedelta(weeks=1)).assign(intervention_id="other")
    rows = intervention_effects(panel(11), pd.concat([interventions(), other]), [MEASURE])
    assert [(row["treated_stores"], row["control_stores"]) for row in rows] == [(7, 8), (0, 8)]


def test_stores_where_something_was_cut_long_before_are_a_comparison() -> None:
    before = interventions(stores=16, started_on=CUT_ON - timedelta(weeks=9)).iloc[8:].assign(intervention_id="other")
    rows = intervention_effects(panel(11), pd.concat([interventions(), before]), [MEASURE])
    assert [row["control_stores"] for row in rows if row["intervention_id"] == "cut"] == [8]


def test_empty_panel_tells_nothing() -> None:
    empty = panel(1).iloc[:0]
    assert control(empty)["verdict"] == NOT_ENOUGH
    assert cut(empty)["verdict"] == NOT_ENOUGH
