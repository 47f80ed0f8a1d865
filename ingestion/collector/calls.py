"""One HTTP call as a door sees it, and the checks all doors share.

A signature is compared over the bytes that came, in constant time, against every key; a header or parameter that
decides anything must come exactly once; a time is ASCII digits and at most five minutes off.
"""

from __future__ import annotations

import hmac
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from starlette.datastructures import Headers, QueryParams

from ingestion.readers.strict import parsed

MAX_AGE_SECONDS = 300
_EPOCH = re.compile(r"[0-9]{10}|[0-9]{13}")


class Refused(Exception):
    """A call that is not taken: its status, its outcome in the metrics, and a detail without values."""

    def __init__(self, status: int, outcome: str, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(status, outcome, detail)
        self.status = status
        self.outcome = outcome
        self.detail = detail
        self.headers = headers


class Forged(Refused):
    """Whoever calls does not hold the key."""

    def __init__(self, detail: str) -> None:
        super().__init__(401, "forged", detail)


class Stale(Refused):
    """The signature is right, its time is not."""

    def __init__(self) -> None:
        super().__init__(401, "stale", f"the call's time is over {MAX_AGE_SECONDS} seconds off")


class Unreadable(Refused):
    """The caller is known, the content is not what was agreed; `detail` names the field's path."""

    def __init__(self, detail: str, outcome: str = "unreadable") -> None:
        super().__init__(422, outcome, detail)


@dataclass(frozen=True)
class Call:
    """A call as it came; `received_at` is epoch seconds."""

    method: str
    headers: Headers
    query_string: bytes
    body: bytes
    received_at: float

    @cached_property
    def query(self) -> QueryParams:
        return QueryParams(self.query_string)

    def header(self, name: str) -> str:
        """The value of a header that must come once.

        Raises:
            Forged: it is missing or came twice.
        """
        return _once(self.headers.getlist(name), name)

    def parameter(self, *names: str) -> str:
        """The value of a query parameter, by the first of its spellings that is there, that must come once.

        Raises:
            Forged: it is missing or came twice.
        """
        name = next((name for name in names if name in self.query), names[0])
        return _once(self.query.getlist(name), name)

    def signed_member(self, name: str) -> str:
        """The text of the body's one member that the signature covers.

        Raises:
            Forged: there is none, so nothing of the body is signed.
        """
        try:
            body = parsed(self.body)
        except ValueError:
            body = None
        text = body.get(name) if isinstance(body, dict) else None
        if not isinstance(text, str):
            raise Forged(f"{name}: no signed text")
        return text

    def check_age(self, text: str) -> None:
        """Whether `text`, epoch seconds or milliseconds, is within five minutes of now.

        Raises:
            Forged: it is no such number. Stale: it is too far off.
        """
        if not _EPOCH.fullmatch(text):
            raise Forged("the time is not epoch seconds or milliseconds")
        seconds = int(text) / (1000 if len(text) == 13 else 1)
        if abs(self.received_at - seconds) > MAX_AGE_SECONDS:
            raise Stale


@dataclass(frozen=True)
class Answer:
    """What a caller gets once Kafka has its events (or at once, where a call holds none)."""

    body: bytes = b""
    media_type: str = "text/plain; charset=utf-8"


@dataclass(frozen=True)
class Opened:
    """A call whose signature is right: the records it holds and what its vendor wants to be answered.

    Without an `answer` the caller is told how many events were taken. A `handshake` holds no record: the vendor proves
    the address. `account` is whom a sealed call names as its receiver. `is_other`: the vendor's name for the call is
    none that we read, so that what fits no contract is left and no fault of the caller's.
    """

    answer: Answer | None
    records: list[Any] = field(default_factory=list)
    account: str | None = None
    is_handshake: bool = False
    is_other: bool = False


class Scheme(ABC):
    """How one vendor signs, wraps and expects to be answered."""

    media_types: tuple[str, ...] = ("application/json",)
    methods: tuple[str, ...] = ("POST",)

    @abstractmethod
    def open(self, call: Call) -> Opened:
        """The records of a valid call, or the answer to a handshake.

        Raises:
            Forged, Stale: 401. Unreadable: 422.
        """


def signing_key(keys: Iterable[bytes], signature: Callable[[bytes], str], *given: str) -> bytes:
    """The key under which one of the `given` signatures was made; every key and signature is compared.

    Raises:
        Forged: none.
    """
    found: bytes | None = None
    candidates = [text.encode("utf-8", "surrogateescape") for text in given]
    for key in keys:
        expected = signature(key).encode()
        for candidate in candidates:
            if hmac.compare_digest(expected, candidate):
                found = key
    if found is None:
        raise Forged("the signature is wrong")
    return found


def is_other(record: Any, events: Collection[str]) -> bool:
    """Whether a record tells of an `event`, and of none of these."""
    event = record.get("event") if isinstance(record, dict) else None
    return isinstance(event, str) and event not in events


def _once(found: list[str], name: str) -> str:
    if len(found) != 1:
        raise Forged(f"{name}: {'missing' if not found else 'came more than once'}")
    return found[0]
