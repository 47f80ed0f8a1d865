"""The vault: original values, each sealed under a key of its own, so that forgetting one is destroying one key.

SQLite beside the log. A row is a token, its kind, its key wrapped under the tenant's vault key, and the value sealed
under that key (AES-256-GCM, the token as associated data). Written before the log and never twice per token, so a
stop between the two leaves a row that nothing refers to, which is harmless. Dead letters have a key per day.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ingestion.errors import Damaged, PassingFault
from ingestion.personal.tokens import Original

Row = tuple[str, str, bytes, bytes]
"""Token, kind, wrapped key, sealed value."""

DEAD_LETTER_DAYS = 30
_MENDED = "restore it from your backup; without one move it away: landing goes on, what it sealed stays sealed"
_ALLOWED = "see whether disk and rights allow it"
_SCHEMA = """
create table if not exists persons (
  token text primary key, kind text not null, wrapped_key blob not null, sealed blob not null
) without rowid;
create table if not exists dead_letter_keys (day text primary key, wrapped_key blob not null) without rowid;
"""


class Sealer:
    """Seals originals; needs the vault key alone, so a decoding process can do it without the file."""

    def __init__(self, vault_key: bytes) -> None:
        self._wrap = AESGCM(vault_key)

    def rows(self, originals: Iterable[Original]) -> list[Row]:
        """One row per original, under a fresh key each."""
        made = []
        for token, kind, original in originals:
            random = os.urandom(56)
            key, nonce, inner = random[:32], random[32:44], random[44:]
            bound = token.encode()
            wrapped = nonce + self._wrap.encrypt(nonce, key, bound)
            made.append((token, kind, wrapped, inner + AESGCM(key).encrypt(inner, original.encode(), bound)))
        return made

    def opened(self, row: Row) -> str:
        """The original of a row.

        Raises:
            InvalidTag: the row was not sealed under this vault key or was changed.
        """
        token, _, wrapped, sealed = row
        bound = token.encode()
        key = self._wrap.decrypt(wrapped[:12], wrapped[12:], bound)
        return AESGCM(key).decrypt(sealed[:12], sealed[12:], bound).decode()


def assert_opens(path: Path, vault_key: bytes) -> None:
    """Whether there is a vault at `path` that this key opens, by one of its rows; writes nothing.

    Raises:
        Damaged: the file is not a vault, or was sealed under another key. PassingFault: it may not be read.
    """
    name = str(path.resolve())
    try:
        with closing(sqlite3.connect(f"file:{quote(name)}?mode=ro", uri=True, timeout=30)) as connection:
            row = connection.execute("select * from persons limit 1").fetchone()
    except sqlite3.OperationalError as wrong:
        raise PassingFault(f"{path} cannot be read: {wrong}", _ALLOWED) from None
    except sqlite3.DatabaseError:
        raise Damaged(f"{path} is not a vault", _MENDED) from None
    try:
        if row is not None:
            Sealer(vault_key).opened(row)
    except InvalidTag:
        raise _unopened(path) from None


def _unopened(path: Path) -> Damaged:
    return Damaged(f"{path} holds a row that does not open", "restore vault and secrets together")


class Vault:
    """The file (mode 0600); a context manager that closes it."""

    def __init__(self, path: Path, vault_key: bytes, dead_letter_key: bytes) -> None:
        """Opens or makes the vault.

        Raises:
            Damaged: the file is not a vault.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        self._path = path
        self._sealer = Sealer(vault_key)
        self._dead = AESGCM(dead_letter_key)
        self._connection = sqlite3.connect(path, timeout=30, isolation_level=None)
        try:
            self._connection.executescript(
                "pragma journal_mode=wal; pragma synchronous=full; pragma secure_delete=on;" + _SCHEMA
            )
        except sqlite3.DatabaseError as wrong:
            self._connection.close()
            if isinstance(wrong, sqlite3.OperationalError):
                raise PassingFault(f"{path} cannot be written: {wrong}", _ALLOWED) from None
            raise Damaged(f"{path} is not a vault", _MENDED) from None

    def __enter__(self) -> Vault:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._connection.close()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction, durable at its end.

        Raises:
            PassingFault: the disk is full or refuses, or another process holds the file; nothing of it is kept.
        """
        with self._naming_faults():
            self._connection.execute("begin immediate")
            try:
                yield
                self._connection.execute("commit")
            finally:
                if self._connection.in_transaction:  # SQLite may have rolled back by itself
                    self._connection.execute("rollback")

    @contextmanager
    def _naming_faults(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as wrong:
            raise PassingFault(f"{self._path} cannot be written: {wrong}", _ALLOWED) from None
        except sqlite3.DatabaseError:
            raise Damaged(f"{self._path} does not read", _MENDED) from None

    def assert_reads(self) -> None:
        """Reads all of the file.

        Raises:
            Damaged: a page of it does not read.
        """
        try:
            found = self._connection.execute("pragma integrity_check").fetchall()
        except sqlite3.DatabaseError:
            found = []
        if found != [("ok",)]:
            raise Damaged(f"{self._path} does not read", _MENDED)

    def insert_or_ignore(self, rows: list[Row]) -> int:
        """Adds what is not there yet, durably; the number of new tokens."""
        if not rows:
            return 0
        before = self._connection.total_changes
        with self._writing():
            self._connection.executemany("insert or ignore into persons values (?, ?, ?, ?)", rows)
        return self._connection.total_changes - before

    def original(self, token: str) -> str | None:
        """The value behind a token; None when it was never here or its key was destroyed.

        Raises:
            Damaged: the row does not open under this tenant's vault key.
        """
        row = self._connection.execute("select * from persons where token = ?", [token]).fetchone()
        try:
            return None if row is None else self._sealer.opened(row)
        except InvalidTag:
            raise _unopened(self._path) from None

    def originals(self) -> Iterator[Original]:
        """Every value held, by token.

        Raises:
            Damaged: a row does not open under this tenant's vault key.
        """
        for row in self._connection.execute("select * from persons order by token"):
            try:
                yield row[0], row[1], self._sealer.opened(row)
            except InvalidTag:
                raise _unopened(self._path) from None

    def holds(self, token: str) -> bool:
        """Whether a value is sealed under that token."""
        return self._connection.execute("select 1 from persons where token = ?", [token]).fetchone() is not None

    def kind(self, token: str) -> str | None:
        """Of what kind the value behind a token is; None where none is sealed."""
        row = self._connection.execute("select kind from persons where token = ?", [token]).fetchone()
        return None if row is None else str(row[0])

    def forget(self, tokens: Iterable[str]) -> int:
        """Destroys the keys and sealed values of `tokens`, leaving no byte of them in the file; how many there were."""
        before = self._connection.total_changes
        with self._writing():
            self._connection.executemany("delete from persons where token = ?", [(token,) for token in tokens])
        forgotten = self._connection.total_changes - before
        with self._naming_faults():
            self._connection.execute("vacuum")
            self._connection.execute("pragma wal_checkpoint(truncate)")
        return forgotten

    def count(self) -> int:
        """Tokens held."""
        return int(self._connection.execute("select count(*) from persons").fetchone()[0])

    def dead_letter_key(self, day: date) -> bytes:
        """The key of that day's dead letters, made when missing; keys older than 30 days are destroyed."""
        oldest = (day - timedelta(days=DEAD_LETTER_DAYS)).isoformat()
        nonce = os.urandom(12)
        wrapped = nonce + self._dead.encrypt(nonce, os.urandom(32), day.isoformat().encode())
        with self._writing():
            self._connection.execute("delete from dead_letter_keys where day < ?", [oldest])
            self._connection.execute("insert or ignore into dead_letter_keys values (?, ?)", [day.isoformat(), wrapped])
        key = self.kept_dead_letter_key(day)
        assert key is not None
        return key

    def kept_dead_letter_key(self, day: date) -> bytes | None:
        """The key of that day's dead letters; None once it was destroyed.

        Raises:
            Damaged: it does not open under this tenant's dead-letter key.
        """
        bound = day.isoformat()
        row = self._connection.execute("select wrapped_key from dead_letter_keys where day = ?", [bound]).fetchone()
        try:
            return None if row is None else self._dead.decrypt(row[0][:12], row[0][12:], bound.encode())
        except InvalidTag:
            raise _unopened(self._path) from None
