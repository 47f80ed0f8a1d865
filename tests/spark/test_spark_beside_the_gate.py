"""The extra `spark` beside everything else in one environment."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.java


def test_gate_is_loaded_by_a_process_without_a_main_file() -> None:
    """As a forked worker is one: pyspark 4.3 calls `sys.exit(0)` there when a package of its `connect` is missing."""
    said = subprocess.run(
        [sys.executable, "-c", "import great_expectations; print('loaded')"], capture_output=True, text=True, check=True
    )
    assert "loaded" in said.stdout
