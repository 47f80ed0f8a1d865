"""What dbt's manifest says of the layers, the published models and the style of the SQL."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ingestion.log import open_for_writing
from ingestion.settings import Settings
from orchestration.dbt_runs import PROJECT, dbt_environment
from orchestration.project import manifest as parsed

MEETING_CALLS = ("int_meeting_moves", "int_meetings_called")
"""Webhook calls are no versions of one record: each tells of one thing."""


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return parsed(Settings(home=tmp_path_factory.mktemp("parsed")))


def models(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    return [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]


def layer(unique_id: str, manifest: dict[str, Any]) -> str:
    node = manifest["nodes"].get(unique_id) or manifest["sources"].get(unique_id)
    above = {"source": "raw", "seed": "seeds"}
    return str(above.get(node["resource_type"]) or node["fqn"][1])


def test_layer_reads_only_what_lies_below(manifest: dict[str, Any]) -> None:
    below = {
        "staging": {"raw", "seeds"},
        "intermediate": {"staging", "intermediate", "marts", "seeds"},
        "marts": {"intermediate", "marts", "seeds"},
    }
    everywhere = "model.uplog.stg_uplog__alias"
    wrong = [
        f"{node['name']} ({node['fqn'][1]}) reads {parent}"
        for node in models(manifest)
        for parent in node["depends_on"]["nodes"]
        if layer(parent, manifest) not in below[node["fqn"][1]] and parent != everywhere
    ]
    assert not wrong


def test_model_reads_tokens_only_through_the_macro_that_resolves_them(manifest: dict[str, Any]) -> None:
    """Otherwise a rotation of the secret splits who was one person."""
    direct = re.compile(r"\.(token|masked)'")
    assert [node["name"] for node in models(manifest) if direct.search(node["raw_code"])] == []


def test_model_reads_records_in_their_newest_version(manifest: dict[str, Any]) -> None:
    """Otherwise a stale page that arrives late is believed; those that need every version say why in their text."""
    every_version = {
        ("int_appointments", "stg_crm__appointment"),  # when it was cancelled
        ("int_crm_lead_versions", "stg_wav__lead_status"),  # the states a lead went through
        ("int_erased_customers", "stg_uplog__tombstone"),
        # the first version that shows a mark
        *(
            ("int_form_submissions", f"stg_{portal}__lead")
            for portal in ("autohome", "dongchedi", "tencent_ads", "yiche")
        ),
        ("int_live_rooms", "stg_douyin__live_minute"),  # the last minute heard of
        ("int_live_rooms", "stg_douyin__live_room"),  # the most people it ever told of
        ("int_shared_numbers", "stg_tencent_ads__lead"),  # a number once lent
        ("int_attendance", "stg_dingtalk__attendance"),  # times that were somebody's own before a correction
        ("int_tencent_meetings", "stg_tencent_meeting__webhook"),
        *((model, "stg_zoom__webhook") for model in MEETING_CALLS),
    }
    read = re.compile(r"(newest_version\()?ref\('(stg_(?!log__|uplog__alias)\w+)'\)")
    found = {
        (node["name"], staging)
        for node in models(manifest)
        if node["name"] != "int_customer_records"  # hands the nine it names to the macro in a loop
        for wrapped, staging in read.findall(node["raw_code"])
        if not wrapped
    }
    assert found == every_version


def test_model_takes_no_store_from_a_record_unless_hr_knows_it(manifest: dict[str, Any]) -> None:
    """Otherwise a store that HR's file does not hold yet fails every build: what is not one of these asks the macro."""
    as_named = {
        "int_customer_merges",  # keys of customers
        "int_customer_records",  # the same, for all nine of the dealer's own records
        "int_deliveries",  # a delivery and an order that name the same
        "int_survey_requests",  # an order's name holds its store's
    }
    as_their_records = {  # by int_record_customers
        "int_appointments",
        "int_blocks",
        "int_key_stays",
        "int_lead_happenings",
        "int_level_statements",
        "int_visits",
    }
    naming = re.compile(r"ref\('stg_(crm__|care__|survey__|finance__|hr__(?!store))\w+'\)")
    found = {
        node["name"]
        for node in models(manifest)
        if naming.search(node["raw_code"])
        and re.search(r"\bstore_id\b", node["raw_code"])
        and "known_store(" not in node["raw_code"]
    }
    assert found == as_named | as_their_records


def test_staging_takes_a_blank_reference_for_none(manifest: dict[str, Any]) -> None:
    """Otherwise all records that a vendor gives an empty text for an id are one customer's."""
    direct = re.compile(r"data\.\w+ as (?:\w*crm_customer_id|crm_lead_id|outer_lead_id)\b")
    of_itself = {"stg_wav__follow", "stg_wav__lead_status"}  # the ids they are about
    assert {node["name"] for node in models(manifest) if direct.search(node["raw_code"])} == of_itself
    blank = re.compile(r"nullif\(data\.[\w.]+, ''\)")
    assert [node["name"] for node in models(manifest) if blank.search(node["raw_code"])] == []  # but given(…)


def test_pages_name_models_that_exist(manifest: dict[str, Any]) -> None:
    made_by_publishing = {"mart_build_history"}
    known = {node["name"] for node in models(manifest)} | made_by_publishing
    root = PROJECT.parent
    pages = [*root.glob("*.md"), *root.glob("docs/**/*.md"), *root.glob("*/README.md")]
    named = re.compile(r"\b(?:stg|int|fct|dim|mart)_[a-z0-9_]*[a-z0-9]\b")
    wrong = [
        f"{page.relative_to(root)}: {name}"
        for page in pages
        if page.name != "CHANGELOG.md"
        for name in sorted(set(named.findall(page.read_text(encoding="utf-8"))) - known)
    ]
    assert wrong == []


def test_mart_is_tested_for_numbers_that_can_be(manifest: dict[str, Any]) -> None:
    tested = {
        node["attached_node"]
        for node in manifest["nodes"].values()
        if (node.get("test_metadata") or {}).get("name") == "has_sound_numbers"
    }
    marts = [node for node in models(manifest) if node["name"].startswith("mart_")]
    assert marts
    assert [node["name"] for node in marts if node["unique_id"] not in tested] == []


def test_published_model_has_contract_grain_and_key(manifest: dict[str, Any]) -> None:
    keyed = {
        parent
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test" and (node.get("test_metadata") or {}).get("name") == "is_key"
        for parent in node["depends_on"]["nodes"]
    }
    wrong = []
    for node in models(manifest):
        if node["config"]["meta"].get("published"):
            wrong += [f"{node['name']}: no contract"] * (not node["config"]["contract"]["enforced"])
            wrong += [f"{node['name']}: no grain"] * ("Grain:" not in node["description"])
            wrong += [f"{node['name']}: no key test"] * (node["unique_id"] not in keyed)
            wrong += [f"{node['name']}.{c}: no words" for c, at in node["columns"].items() if not at["description"]]
    assert not wrong


def test_view_is_read_by_one_model(manifest: dict[str, Any]) -> None:
    """Each reader of a view computes it anew; what several models read is written once, as a table."""
    wrong = {
        node["name"]: readers
        for node in models(manifest)
        if node["config"]["materialized"] == "view"
        and len(readers := [child for child in manifest["child_map"][node["unique_id"]] if child[:6] == "model."]) != 1
    }
    assert not wrong


def test_model_stays_short(manifest: dict[str, Any]) -> None:
    long = {node["name"]: len(node["raw_code"].splitlines()) for node in models(manifest)}
    assert [f"{name}: {lines} lines" for name, lines in long.items() if lines > 130] == []


def test_sql_keeps_the_style(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    with open_for_writing(settings):
        pass
    fluff = Path(sys.executable).parent / "sqlfluff"
    with dbt_environment(settings, settings.warehouse_path):
        done = subprocess.run(
            [str(fluff), "lint", "--disable-progress-bar", str(PROJECT / "models"), str(PROJECT / "tests")],
            cwd=PROJECT.parent,
            env=dict(os.environ),
            capture_output=True,
            text=True,
            check=False,
        )
    findings = [line for line in done.stdout.splitlines() if line.startswith(("L:", "== "))]
    assert done.returncode == 0, "\n".join(findings[:40]) or done.stdout + done.stderr


@pytest.mark.parametrize("name", ["dbt_project.yml", "profiles.yml"])
def test_project_file_is_ascii_as_dbt_reads_it_in_the_encoding_of_the_locale(name: str) -> None:
    assert (PROJECT / name).read_bytes().isascii()
