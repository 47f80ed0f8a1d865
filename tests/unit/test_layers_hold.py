"""The layers, executable: who may import whom, what a source must have, what a model may read."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from ingestion.sources import sources
from ingestion.topics import TOPICS

ROOT = Path(__file__).parents[2]
FORBIDDEN = {
    "ingestion": {"dbt", "dagster", "dagster_dbt", "great_expectations", "expectations", "publishing", "orchestration"},
    "expectations": {"dbt", "dagster", "dagster_dbt", "publishing", "orchestration", "kafka"},
    "publishing": {"dbt", "dagster", "dagster_dbt", "orchestration", "kafka"},
}
WALL_CLOCK = re.compile(
    r"\b(now|today|getdate|get_current_timestamp|transaction_timestamp|current_localtimestamp)\s*\(|"
    r"\bcurrent_(timestamp|date|time)\b",
    re.IGNORECASE,
)


def imported(path: Path) -> Iterator[str]:
    """Modules, and names of modules that may be modules themselves; those imported within functions as well."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@pytest.mark.parametrize("package", FORBIDDEN)
def test_package_looks_only_downwards(package: str) -> None:
    found = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in (ROOT / package).rglob("*.py")
        for name in imported(path)
        if name.partition(".")[0] in FORBIDDEN[package]
    }
    assert not found


def test_no_two_modules_import_each_other() -> None:
    packages = ("ingestion", "dbt_project", "expectations", "publishing", "orchestration")
    modules = {module(path): path for package in packages for path in (ROOT / package).rglob("*.py")}
    sorter = TopologicalSorter[str]()
    for name, path in modules.items():
        for found in imported(path):
            sorter.add(name, found if found in modules else found.rpartition(".")[0])
    sorter.prepare()


def test_great_expectations_is_imported_only_inside_functions() -> None:
    heavy = {"great_expectations", "pandas", "dagster", "dbt"}
    for path in [*(ROOT / "expectations").rglob("*.py"), *(ROOT / "orchestration" / "cli").rglob("*.py")]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in tree.body:
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not heavy & {name.partition(".")[0] for name in names}, path


def test_only_the_log_package_opens_the_log_for_writing() -> None:
    """Elsewhere a connection comes from `ingestion.databases`, in memory or read-only."""
    others = {ROOT / "ingestion" / "databases.py", ROOT / "orchestration" / "metrics_page.py"}
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for package in ("ingestion", "expectations", "publishing", "orchestration")
        for path in (ROOT / package).rglob("*.py")
        if path.parent != ROOT / "ingestion" / "log" and path not in others
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if "duckdb.connect(" in line
    ]
    assert found == []


def test_a_landing_worker_starts_without_duckdb_and_decodes_without_pandas() -> None:
    code = (
        "import sys\nimport ingestion.lander.workers\nfrom ingestion.processes import without_pandas\n"
        "without_pandas()\nimport pyarrow\npyarrow.array(['a'])\n"
        "print(sorted({'duckdb', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(("call", "hides"), [("main()", True), ("main(['land'])", False)])
def test_only_a_process_of_its_own_lands_without_pandas(call: str, hides: bool, tmp_path: Path) -> None:
    code = (
        "import sys\nfrom orchestration.cli import main\nsys.argv = ['uplog', 'land']\n"
        f"{call}\nprint(any(type(one).__name__ == '_NoPandas' for one in sys.meta_path))"
    )
    environment = {**os.environ, "UPLOG_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment, cwd=tmp_path
    )
    assert done.stdout.strip() == str(hides)


@pytest.mark.parametrize("name", sources())
def test_source_has_topic_example_staging_model_and_catalogue_entry(name: str) -> None:
    source = sources()[name]
    assert source.topic in TOPICS
    assert (ROOT / "examples" / source.example).is_file()
    assert (ROOT / "dbt_project/models/staging" / source.vendor / f"{source.staging}.sql").is_file()
    assert list((ROOT / "dbt_project/models").rglob(f"{source.fact}.sql"))
    assert f"## {name}" in (ROOT / "docs/sources.md").read_text(encoding="utf-8")
    if source.mapping:
        assert (ROOT / "ingestion/mappings" / source.mapping).is_file()


def test_models_never_read_the_wall_clock() -> None:
    read = [
        str(path.relative_to(ROOT))
        for folder in ("models", "macros", "tests")
        for path in (ROOT / "dbt_project" / folder).rglob("*.sql")
        if WALL_CLOCK.search(path.read_text(encoding="utf-8"))
    ]
    assert read == []
