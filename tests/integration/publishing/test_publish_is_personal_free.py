"""Publishing refuses a draft that holds personal data, names where and how much, and keeps what is current."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import duckdb
import pytest

import publishing
from ingestion.errors import GateFailed, UplogError
from ingestion.personal.secrets import load_secrets
from ingestion.personal.tokens import Tokens
from ingestion.personal.vault import Sealer, Vault
from ingestion.settings import Settings
from publishing import layout


def leak(settings: Settings, sql: str) -> None:
    with closing(duckdb.connect(settings.warehouse_path)) as warehouse:
        warehouse.execute(sql)


def remember(settings: Settings, name: str) -> None:
    """Put a name into the vault, as landing it would."""
    secrets = load_secrets(settings)
    tokens = Tokens(secrets)
    tokens.by_kind["name"](name)
    with Vault(settings.vault_path, secrets.vault_key, secrets.dead_letter_key) as vault:
        vault.insert_or_ignore(Sealer(secrets.vault_key).rows(tokens.take_new()))


def visits_table(settings: Settings) -> str:
    with closing(duckdb.connect(settings.warehouse_path, read_only=True)) as warehouse:
        (row,) = warehouse.execute(
            "select schema_name || '.' || table_name from duckdb_tables() where table_name = 'fct_visits'"
        ).fetchall()
    return str(row[0])


@pytest.mark.parametrize(("value", "kind"), [("138-0013-8000", "phone"), ("粤B12345", "plate"), ("王小丽", "name")])
def test_publish_of_a_personal_value_is_refused_and_the_previous_stays(
    rebuilt: Settings, value: str, kind: str
) -> None:
    before = layout.current(rebuilt.published_path)
    remember(rebuilt, "王小丽")
    leak(rebuilt, f"update {visits_table(rebuilt)} set store_id = '{value}' where visit_id = 'S1-0-usual'")

    with pytest.raises(GateFailed, match=rf"detail.duckdb fct_visits.store_id: 1 of kind {kind}") as refused:
        publishing.publish(rebuilt)

    assert refused.value.exit_code == 3
    assert value not in str(refused.value)
    assert layout.current(rebuilt.published_path) == before
    assert not list((rebuilt.published_path / "builds").glob(".draft-*"))


def test_publish_of_a_planted_canary_is_refused(rebuilt: Settings, tmp_path: Path) -> None:
    (tmp_path / "canaries").write_text("S1-0-usual\n\nwxid_nobody\n", encoding="utf-8")

    with pytest.raises(GateFailed, match=r"fct_visits.visit_id: 1 of kind canary"):
        publishing.publish(rebuilt.model_copy(update={"canaries": tmp_path / "canaries"}))
    with pytest.raises(UplogError, match="UPLOG_CANARIES names a UTF-8 text file"):
        publishing.publish(rebuilt.model_copy(update={"canaries": tmp_path / "absent"}))
