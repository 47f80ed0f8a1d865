"""Every simulated file passes the doors: nothing in it is refused."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from ingestion.imports import import_files
from ingestion.settings import Settings
from ingestion.simulator import simulate
from ingestion.simulator.instants import moment
from ingestion.sources import sources


def test_simulated_files_import_without_a_refusal(fresh: Settings, tmp_path: Path) -> None:
    sent: Counter[str] = Counter()
    for delivery in simulate(stores=2, days=11, seed=3).deliveries():
        path = tmp_path / delivery.filename
        path.write_bytes(delivery.content)
        pulled_at = moment(delivery.pulled_at)
        report = import_files(
            fresh, delivery.source, [path], account=delivery.account, pulled_at=pulled_at, dry_run=True
        )
        assert not report.rejected, report.rejected[0]
        sent[delivery.source] += report.sent
    others = {name for name in sources() if name.startswith("uplog.")}
    assert set(sent) == set(sources()) - others
