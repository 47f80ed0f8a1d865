"""Whether control time goes with other results, and what changed where something was cut.

Both stand on a panel of stores x weeks. Stores differ and weeks differ for reasons of their own, so every estimate is
inside stores and inside weeks (two-way fixed effects, statsmodels' OLS), and its 95% interval allows a store's weeks to
resemble each other (cluster-robust by store). Where a few stores make up most of what varies, they are all that is
known: t has one degree of freedom fewer than the effective number of stores (after Carter, Schnepel, Steigerwald 2017,
"Asymptotic behavior of a t-test robust to cluster heterogeneity"; here of what varies inside stores and weeks).

- `control_effects`: how the outcome moves with one more hour of control per person and week. An association: busy
  weeks may have less of both.
- `intervention_effects`: difference in differences, eight weeks before and after, against stores where nothing was cut
  (assumed: without the cut both would have moved alike). A store with a second cut in that time is on neither side.

Below 10 stores x 12 weeks, or where nothing is left to vary inside stores and weeks, or all but one store hardly vary,
there is no estimate but "not enough data".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import pandas as pd

MEASURES = (
    "customer_facing_ratio",
    "response_30m_rate",
    "contacted_14d_rate",
    "invited_14d_rate",
    "showed_14d_rate",
)
"""The outcomes of `int_effect_panel`, in the order they are published."""
MIN_STORES, MIN_WEEKS = 10, 12
MIN_EFFECTIVE = 2
MIN_SIDE = 3
"""Treated and control stores at least (assumed): with fewer clusters on a side the interval is too narrow."""
WINDOW = timedelta(weeks=8)
NOT_ENOUGH = "not enough data"
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Estimate:
    """An estimate with its 95% interval; all None where there is not enough data."""

    estimate: float | None = None
    low: float | None = None
    high: float | None = None

    def verdict(self, more: str, less: str, none: str) -> str:
        if self.low is None or self.high is None:
            return NOT_ENOUGH
        return more if self.low > 0 else less if self.high < 0 else none


def within(panel: pd.DataFrame, regressor: str) -> Estimate:
    """The coefficient of `regressor` on `outcome` inside stores and weeks (columns store_id, week_start_date)."""
    from scipy.stats import t
    from statsmodels.regression.linear_model import OLS
    from statsmodels.tools import add_constant

    rows = panel.sort_values(["store_id", "week_start_date"], kind="stable")
    stores = pd.get_dummies(rows["store_id"], drop_first=True, dtype=float)
    weeks = pd.get_dummies(rows["week_start_date"], drop_first=True, dtype=float)
    fixed = add_constant(pd.concat([stores, weeks], axis=1).to_numpy())
    both = rows[[regressor, "outcome"]].to_numpy(dtype=float)
    left = both - fixed @ OLS(both, fixed).fit().params
    design = pd.DataFrame(fixed).assign(regressor=both[:, 0]).to_numpy()
    if abs(left).max(axis=0).min() < 1e-9 or len(design) <= design.shape[1]:
        return Estimate()
    codes = pd.factorize(rows["store_id"])[0]
    varying = pd.Series(left[:, 0] ** 2).groupby(codes).sum()
    effective = varying.sum() ** 2 / (varying**2).sum()
    if effective < MIN_EFFECTIVE:
        return Estimate()
    fitted = OLS(both[:, 1], design).fit(cov_type="cluster", cov_kwds={"groups": codes}, use_t=True)
    estimate = float(fitted.params[-1])
    low, high = t.interval(0.95, effective - 1, loc=estimate, scale=fitted.bse[-1])
    return Estimate(estimate, float(low), float(high))


def control_effects(panel: pd.DataFrame, measures: Sequence[str]) -> list[dict[str, object]]:
    """One row for each measure. `panel`: store_id, week_start_date, measure, outcome, control_hours_per_person."""
    rows: list[dict[str, object]] = []
    for measure in measures:
        own = panel[panel["measure"] == measure]
        stores, weeks = own["store_id"].nunique(), own["week_start_date"].nunique()
        enough = stores >= MIN_STORES and weeks >= MIN_WEEKS
        found = within(own, "control_hours_per_person") if enough else Estimate()
        verdict = found.verdict("goes with more", "goes with less", "no association found")
        rows.append({"measure": measure, "stores": stores, "weeks": weeks, **vars(found), "verdict": verdict})
    return rows


def intervention_effects(
    panel: pd.DataFrame, interventions: pd.DataFrame, measures: Sequence[str]
) -> list[dict[str, object]]:
    """One row for each intervention and measure. `interventions`: intervention_id, what, store_id, started_on."""
    rows: list[dict[str, object]] = []
    for intervention_id, own in interventions.groupby("intervention_id", sort=True):
        started = pd.Timestamp(own["started_on"].min())
        treated = set(own["store_id"])
        is_other = interventions["intervention_id"] != intervention_id
        is_near = (pd.to_datetime(interventions["started_on"]) - started).abs() < WINDOW
        others = set(interventions.loc[is_other & is_near, "store_id"])
        for measure in measures:
            window = _around(panel[panel["measure"] == measure], started, others)
            window = window.assign(is_treated=window["store_id"].isin(treated))
            window = window.assign(cut=(window["is_treated"] & window["is_after"]).astype(float))
            sides = window.groupby("is_treated")["store_id"].nunique()
            inside, outside = int(sides.get(True, 0)), int(sides.get(False, 0))
            enough = (
                min(inside, outside) >= MIN_SIDE
                and inside + outside >= MIN_STORES
                and window["week_start_date"].nunique() >= MIN_WEEKS
            )
            found = within(window, "cut") if enough else Estimate()
            rows.append(
                {
                    "intervention_id": str(intervention_id),
                    "what": str(own["what"].iloc[0]),
                    "started_on": started.date(),
                    "measure": measure,
                    "treated_stores": inside,
                    "control_stores": outside,
                    **vars(found),
                    "verdict": found.verdict("more after", "less after", "no effect found"),
                }
            )
    return rows


def _around(panel: pd.DataFrame, started: pd.Timestamp, others: set[str]) -> pd.DataFrame:
    """Whole weeks before and after, of stores that have both and in which nothing else was cut meanwhile (`others`)."""
    week = pd.to_datetime(panel["week_start_date"])
    after, before = week >= started, week + WEEK <= started
    near = (week >= started - WINDOW) & (week < started + WINDOW) & (after | before)
    found = panel.assign(is_after=after)[near & ~panel["store_id"].isin(others)]
    both = found.groupby("store_id")["is_after"].nunique()
    return found[found["store_id"].isin(both[both == 2].index)]
