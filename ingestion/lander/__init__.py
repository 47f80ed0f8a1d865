"""The lander: Kafka → log.duckdb, each event exactly once, nothing lost without a name.

feed (poll, here or in worker processes) → decode (contract, tokens) → settle (identity) → commit
"""

from ingestion.lander.landing import land
from ingestion.lander.report import LandingReport

__all__ = ["LandingReport", "land"]
