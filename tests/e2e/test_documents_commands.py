"""Every command the documents show is run as it stands there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion import broker
from tests.e2e.way import WholeWay

ROOT = Path(__file__).parents[2]
MAKE_TARGETS = re.compile(r"^make ([a-z-]+)", re.MULTILINE)


def blocks(document: str, heading: str) -> list[str]:
    """The shell commands below a heading, continuation lines joined."""
    text = (ROOT / document).read_text(encoding="utf-8")
    section = text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"```sh\n(.*?)```", section, re.DOTALL)


def run(script: str, home: Path) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "UPLOG_HOME": str(home), "PATH": path}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture
def own_home(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    broker.stop(tmp_path)


def test_readme_queries_on_a_published_group_answer(whole_way: WholeWay) -> None:
    (script,) = blocks("README.md", "Ask it")
    said = run(script, whole_way.settings.home)
    assert "autohome" in said
    assert "S001" in said


def test_readme_own_files_in_an_empty_home_are_published(own_home: Path) -> None:
    (script,) = blocks("README.md", "Your own files, your own Kafka")
    said = run(script, own_home)
    assert "leads.autohome" in said


def test_follow_one_lead_in_an_empty_home_shows_each_hop(own_home: Path) -> None:
    text = (ROOT / "docs/follow-one-lead.md").read_text(encoding="utf-8")
    said = run("\n".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL)), own_home)
    assert "AH2610130001~" in said
    assert "YC2610140002" in said
    assert "delivered" in said


def test_make_targets_named_in_the_documents_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    documents = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    named = {target for page in documents for target in MAKE_TARGETS.findall(page.read_text(encoding="utf-8"))}
    assert {"demo", "test"} <= named
    assert [target for target in named if f"\n{target}:" not in makefile] == []
