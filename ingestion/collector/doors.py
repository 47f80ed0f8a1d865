"""Which addresses are open: one door a vendor, with its scheme, its keys and the sources its records may be.

A new vendor with a scheme of its own is one module in `vendors/` and one line here; every other vendor is reached by
the standard scheme, `/webhooks/<vendor>` where it has one source, else `/webhooks/<vendor>.<record>`.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from ingestion.collector.calls import Opened, Refused, Scheme, Unreadable
from ingestion.collector.settings import CollectorSettings, variable
from ingestion.collector.vendors.dingtalk import DingTalk
from ingestion.collector.vendors.douyin import Douyin
from ingestion.collector.vendors.standard import Standard
from ingestion.collector.vendors.tencent_meeting import TencentMeeting
from ingestion.collector.vendors.wecom import WeCom
from ingestion.collector.vendors.zoom import Zoom
from ingestion.contract import Source, fields_of
from ingestion.errors import UplogError, UsageError
from ingestion.events import Event, EventMaker, TooLarge
from ingestion.personal.secrets import Secrets
from ingestion.sources import sources
from ingestion.topics import CONTROL

EVENTS = "events"
"""The door of whole CloudEvents; its keys are standard ones."""


@dataclass(frozen=True)
class Keys:
    """What one door holds, as bytes."""

    signing: tuple[bytes, ...]
    aes: tuple[bytes, ...]
    receive_id: str


_SCHEMES: dict[str, Callable[[Keys], Scheme]] = {
    "dingtalk": lambda keys: DingTalk(keys.signing, keys.aes, keys.receive_id),
    "douyin": lambda keys: Douyin(keys.signing),
    "tencent_meeting": lambda keys: TencentMeeting(keys.signing, keys.aes),
    "wecom": lambda keys: WeCom(keys.signing, keys.aes, keys.receive_id),
    "zoom": lambda keys: Zoom(keys.signing),
}
_ENVELOPES = frozenset({"dingtalk", "wecom"})
_MIXED = frozenset({"dingtalk", "douyin", "wecom"})
"""Vendors that send all an app subscribes to to one address: what fits none of their sources is no record of ours."""


@dataclass(frozen=True)
class Door:
    """One open address."""

    name: str
    scheme: Scheme
    sources: tuple[Source, ...]
    is_mixed: bool
    account: str | None
    _makers: dict[tuple[str, str | None], EventMaker] = field(default_factory=dict)

    def events(self, opened: Opened, at: datetime, secrets: Secrets) -> Iterator[Event]:
        """The events of a call's records, each checked against its contract; `at` is when the call came.

        Raises:
            Unreadable: a record breaks its contract; names the field's path.
            Refused: 413, an event is over the limit.
        """
        several = len(opened.records) > 1
        for number, record in enumerate(opened.records):
            where = f"[{number}]." if several else ""
            for source, payload in self._payloads(record, where, self.is_mixed or opened.is_other):
                key = source.name, self.account or opened.account  # a receiver's id is checked, so they are few
                make = self._makers.get(key)
                if make is None:
                    make = self._makers[key] = EventMaker(source, secrets=secrets, account=key[1])
                try:
                    yield make(payload, at)
                except TooLarge as wrong:
                    raise Refused(413, "too_large", str(wrong)) from None
                except ValueError as wrong:
                    raise Unreadable(where + str(wrong), "contract_violated") from None

    def _payloads(self, record: Any, where: str, is_mixed: bool) -> Iterator[tuple[Source, Any]]:
        for source in self.sources:
            try:
                payloads = list(source.records(record))
            except UplogError as wrong:
                if is_mixed:
                    continue
                raise Unreadable(where + wrong.what) from None
            if not is_mixed or (payloads and all(_fits(payload, source) for payload in payloads)):
                yield from ((source, payload) for payload in payloads)
                return


def open_doors(settings: CollectorSettings) -> dict[str, Door]:
    """Every door that has keys, by its name in the address; empty when only whole events are taken.

    Raises:
        UsageError: a key is blank or malformed, a name is no vendor's, or a door lacks a part.
    """
    vendors: dict[str, list[Source]] = {}
    for source in sources().values():
        if source.topic != CONTROL:  # nobody outside may say who is to be forgotten
            vendors.setdefault(source.vendor, []).append(source)
    _check_names(settings, {*vendors, EVENTS})
    doors: dict[str, Door] = {}
    for vendor in sorted(settings.keys.keys() - {EVENTS}):
        keys = Keys(
            settings.held("keys", vendor), settings.held("aes_keys", vendor), settings.receive_ids.get(vendor, "")
        )
        _check_envelope(vendor, keys)
        account = settings.accounts.get(vendor)
        make = _SCHEMES.get(vendor)
        if make is None:
            doors |= _standard(vendor, tuple(vendors[vendor]), keys, account)
        else:
            found = tuple(sorted(vendors[vendor], key=_strictness, reverse=True))
            is_mixed = vendor in _MIXED or len(found) > 1
            doors[vendor] = Door(vendor, make(keys), found, is_mixed, account)
    return doors


def _standard(vendor: str, found: tuple[Source, ...], keys: Keys, account: str | None) -> dict[str, Door]:
    scheme = Standard(keys.signing)
    doors = {source.name: Door(source.name, scheme, (source,), False, account) for source in found}
    if len(found) == 1:
        doors[vendor] = Door(vendor, scheme, found, False, account)
    return doors


def _check_names(settings: CollectorSettings, known: set[str]) -> None:
    for what in ("keys", "aes_keys", "receive_ids", "accounts"):
        for name in getattr(settings, what):
            if name not in known:
                near = difflib.get_close_matches(name, known, n=1)
                hint = f"did you mean {variable(what, near[0])}?" if near else "`uplog sources` lists the vendors"
                raise UsageError(f"setting {variable(what, name)} is for no vendor", hint)


def _check_envelope(vendor: str, keys: Keys) -> None:
    if vendor in _ENVELOPES:
        for what, held in (("aes_keys", keys.aes), ("receive_ids", keys.receive_id)):
            if not held:
                raise UsageError(f"setting {variable(what, vendor)} is missing", f"{vendor} seals its calls: give it")


def _strictness(source: Source) -> int:
    """Of several sources a record may fit, the one that asks for most fields is it."""
    return sum(field.required for field in fields_of(source.contract))


def _fits(payload: Any, source: Source) -> bool:
    try:
        msgspec.convert(payload, source.contract)
    except msgspec.ValidationError:
        return False
    return True
