"""The lander: Kafka → log.duckdb, each event exactly once, nothing lost without a name.

feed (poll, here or in worker processes) → decode (contract, tokens) → settle (identity) → commit

`land` and its report come with their first use: a worker process decodes, and starts in half the time without DuckDB.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ingestion.lander.landing import land
    from ingestion.lander.report import LandingReport

__all__ = ["LandingReport", "land"]


def __getattr__(name: str) -> Any:
    if name == "land":
        from ingestion.lander.landing import land

        return land
    if name == "LandingReport":
        from ingestion.lander.report import LandingReport

        return LandingReport
    raise AttributeError(name)
