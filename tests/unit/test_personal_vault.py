"""Secrets and the vault: modes, once per token, nothing readable, keys that expire."""

from __future__ import annotations

import stat
from datetime import date
from pathlib import Path

import pytest
from pydantic import SecretStr

from ingestion.errors import Damaged, PassingFault, UplogError
from ingestion.personal.secrets import load_secrets, new_secrets
from ingestion.personal.vault import Sealer, Vault
from ingestion.settings import Settings


def test_load_secrets_at_first_start_makes_a_private_file_and_keeps_it(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    made = load_secrets(settings)
    assert stat.S_IMODE((settings.home / "secret.json").stat().st_mode) == 0o600
    assert load_secrets(settings) == made
    assert made.keyed_hex("x") == f"{made.keyed_hash(b'x'):016x}"
    assert made.vault_key.hex() not in repr(made)


def test_load_secrets_from_the_environment_needs_no_file(tmp_path: Path) -> None:
    secrets = new_secrets()
    settings = Settings(home=tmp_path, secret=SecretStr(secrets.document()))
    assert load_secrets(settings) == secrets
    assert not (tmp_path / "secret.json").exists()


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"tokens": {"1": "zz"}, "current": 1}', "\udcff\udcfe{}"])
def test_load_secrets_of_a_broken_document_says_so_without_quoting_it(tmp_path: Path, text: str) -> None:
    (tmp_path / "secret.json").write_text(text, encoding="utf-8", errors="surrogateescape")
    (tmp_path / "secret.json").chmod(0o600)
    with pytest.raises(UplogError, match="not readable"):
        load_secrets(Settings(home=tmp_path))


def test_load_secrets_that_others_may_read_is_refused(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    load_secrets(settings)
    (tmp_path / "secret.json").chmod(0o644)
    with pytest.raises(UplogError, match="chmod 600"):
        load_secrets(settings)


def vault_at(path: Path) -> Vault:
    return Vault(path, b"v" * 32, b"d" * 32)


def test_vault_keeps_one_row_per_token_and_gives_the_original_back(tmp_path: Path) -> None:
    path = tmp_path / "vault.sqlite"
    with vault_at(path) as vault:
        rows = Sealer(b"v" * 32).rows([("1.a", "phone", "13800138000"), ("1.b", "name", "王小明")])
        assert vault.insert_or_ignore(rows) == 2
        assert vault.insert_or_ignore(Sealer(b"v" * 32).rows([("1.a", "phone", "+86 13800138000")])) == 0
        assert vault.original("1.a") == "13800138000"
        assert vault.original("1.c") is None
        assert vault.count() == 2
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    held = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"13800138000" not in held
    assert "王小明".encode() not in held


def test_vault_under_another_key_is_damaged(tmp_path: Path) -> None:
    with vault_at(tmp_path / "vault.sqlite") as vault:
        vault.insert_or_ignore(Sealer(b"v" * 32).rows([("1.a", "phone", "13800138000")]))
    with Vault(tmp_path / "vault.sqlite", b"w" * 32, b"d" * 32) as other, pytest.raises(Damaged):
        other.original("1.a")


def test_vault_that_is_no_database_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "vault.sqlite").write_bytes(b"garbage" * 1000)
    with pytest.raises(Damaged):
        vault_at(tmp_path / "vault.sqlite")


def test_dead_letter_key_older_than_thirty_days_is_destroyed(tmp_path: Path) -> None:
    with vault_at(tmp_path / "vault.sqlite") as vault:
        first = vault.dead_letter_key(date(2026, 10, 1))
        assert vault.dead_letter_key(date(2026, 10, 31)) != first
        assert vault.kept_dead_letter_key(date(2026, 10, 1)) == first
        vault.dead_letter_key(date(2026, 11, 1))
        assert vault.kept_dead_letter_key(date(2026, 10, 1)) is None


def full(vault: Vault) -> None:
    """No page more for the file, as on a full disk: SQLite rolls a statement's transaction back by itself."""
    (pages,) = vault._connection.execute("pragma page_count").fetchone()
    vault._connection.execute(f"pragma max_page_count = {pages}")


def test_vault_on_a_full_disk_is_a_passing_fault_and_takes_the_rows_once_there_is_room(tmp_path: Path) -> None:
    rows = Sealer(b"v" * 32).rows((f"1.{number}", "phone", "13800138000") for number in range(200))
    with vault_at(tmp_path / "vault.sqlite") as vault:
        full(vault)
        with pytest.raises(PassingFault, match="cannot be written"):
            vault.insert_or_ignore(rows)
        vault._connection.execute("pragma max_page_count = 100000")

        assert vault.insert_or_ignore(rows) == 200


def test_vault_that_cannot_be_written_makes_and_destroys_no_key(tmp_path: Path) -> None:
    with vault_at(tmp_path / "vault.sqlite") as vault:
        vault.insert_or_ignore(Sealer(b"v" * 32).rows([("1.a", "phone", "13800138000")]))
        vault._connection.execute("pragma query_only = on")
        with pytest.raises(PassingFault, match="cannot be written"):
            vault.dead_letter_key(date(2026, 10, 1))
        with pytest.raises(PassingFault, match="cannot be written"):
            vault.forget(["1.a"])
        vault._connection.execute("pragma query_only = off")

        assert vault.original("1.a") == "13800138000"
        assert vault.kept_dead_letter_key(date(2026, 10, 1)) is None
        assert vault.forget(["1.a"]) == 1


def test_dead_letter_key_under_another_secret_is_damage_and_not_a_stack_trace(tmp_path: Path) -> None:
    with vault_at(tmp_path / "vault.sqlite") as vault:
        vault.dead_letter_key(date(2026, 10, 1))
    with (
        Vault(tmp_path / "vault.sqlite", b"v" * 32, b"x" * 32) as vault,
        pytest.raises(Damaged, match="restore vault and secrets together"),
    ):
        vault.kept_dead_letter_key(date(2026, 10, 1))
