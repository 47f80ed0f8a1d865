"""The collector's addresses: `/events`, `/webhooks/<vendor>`, `/healthz`, `/readyz`, `/metrics`.

A call goes through in this order: address 404, method 405, type 415, size 413, signature 401, content 422, Kafka 503.
2xx is said only after the broker has acknowledged every event of the call; of a call with several events either all
are sent or none. The two addresses that take calls answer ASGI directly: Starlette's routing, requests and responses
cost a third of a call.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

import msgspec
import structlog
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from ingestion.collector.calls import Answer, Call, Refused, Unreadable
from ingestion.collector.cloudevents import events_in, is_taken, media_type
from ingestion.collector.doors import EVENTS, Door, open_doors
from ingestion.collector.metrics import Metrics
from ingestion.collector.sender import Sender, Unavailable
from ingestion.collector.settings import CollectorSettings
from ingestion.collector.vendors.standard import Standard
from ingestion.events import MAX_BYTES, Event
from ingestion.http.logs import place
from ingestion.lander.reasons import Refused as NotLandable
from ingestion.personal.secrets import load_secrets
from ingestion.readers.envelopes import Judge
from ingestion.settings import Settings

_RETRY_AFTER = {"retry-after": "2"}
_CLOSE = {"connection": "close"}
_BODY_SECONDS = 30
_GAUGE_SECONDS = 1
_WEBHOOKS = "/webhooks/"
_JSON = "application/json"
_log = structlog.get_logger()
Outcome = tuple[Answer, list[Event], str]


class _Disconnected(Exception):
    """Whoever called has gone; nobody can be answered."""


class Collector:
    """The application, its open doors and its way to Kafka.

    Raises:
        UsageError: the settings of a door are wrong.
    """

    def __init__(self, settings: Settings, collecting: CollectorSettings) -> None:
        self._secrets = load_secrets(settings)
        self._doors = open_doors(collecting)
        keys = collecting.held("keys", EVENTS)
        self._events_door = Standard(keys) if keys else None
        self._judge = Judge(self._secrets)
        self._sender = Sender(settings, collecting.ack_seconds)
        self._metrics = Metrics()
        self._others = Starlette(
            routes=[
                Route("/healthz", self._healthy),
                Route("/readyz", self._ready),
                Route("/metrics", self._measured),
            ],
            lifespan=self._lifespan,
        )

    @property
    def open_doors(self) -> tuple[str, ...]:
        """The addresses that answer, `/events` first."""
        return (*(["/events"] if self._events_door else []), *(f"{_WEBHOOKS}{name}" for name in self._doors))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI application."""
        path = scope.get("path", "")
        if path == f"/{EVENTS}" or path.startswith(_WEBHOOKS):
            await self._answered(scope, receive, send)
        else:
            await self._others(scope, receive, send)

    @asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        await self._sender.start()
        gauging = asyncio.create_task(self._keep_gauging())
        yield
        gauging.cancel()
        with suppress(asyncio.CancelledError):
            await gauging
        await self._sender.stop()

    async def _keep_gauging(self) -> None:
        """Another worker may be asked for our figures."""
        while True:
            await self._gauge()
            await asyncio.sleep(_GAUGE_SECONDS)

    async def _gauge(self) -> None:
        self._metrics.pending.set(self._sender.pending_events)
        self._metrics.broker_up.set(await self._sender.is_ready())

    async def _answered(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = time.perf_counter()
        name = scope["path"].removeprefix(_WEBHOOKS) if scope["path"] != f"/{EVENTS}" else None
        label = EVENTS if name is None else name if name in self._doors else "unknown"
        events: list[Event] = []
        detail = {}
        status, headers = 200, None
        try:
            if name is None:
                answer, events, outcome = await self._whole_events(scope, receive)
            else:
                answer, events, outcome = await self._webhook(name, scope, receive)
            if events:
                await self._sender.send(events)
        except Refused as refused:
            outcome, detail = refused.outcome, {"detail": refused.detail}
            status, headers = refused.status, refused.headers
            answer = _refusal(refused.outcome, refused.detail)
        except Unavailable:
            outcome, status, headers = "unavailable", 503, _RETRY_AFTER
            answer = _refusal(outcome, "Kafka is away; send again")
        except _Disconnected:
            outcome, status, answer = "disconnected", 400, Answer()
        except Exception as wrong:
            outcome, detail, status = "error", {"detail": place(wrong)}, 500
            answer = _refusal(outcome, "unexpected; see the collector's log")
        seconds = time.perf_counter() - began
        self._metrics.count(label, outcome, seconds, [event.topic for event in events] if status == 200 else ())
        say = _log.debug if status == 200 else _log.warning
        ms = round(seconds * 1000, 1)
        say("call", door=label, outcome=outcome, status=status, events=len(events), ms=ms, **detail)
        await _say(send, status, answer, headers)

    async def _whole_events(self, scope: Scope, receive: Receive) -> Outcome:
        if self._events_door is None:
            raise Refused(404, "unknown_door", "no such door")
        _check_method(scope, ("POST",))
        headers = Headers(scope=scope)
        found = media_type(headers)
        if not is_taken(found, headers):
            raise Refused(415, "unsupported_type", "send a CloudEvent: structured, batched or binary, in JSON")
        call = await _call(scope, headers, receive)
        self._events_door.check(call)
        raws = events_in(found, call.headers, call.body)
        events = [self._judged(raw, f"[{n}]." if len(raws) > 1 else "") for n, raw in enumerate(raws)]
        return _taken(events), events, "accepted"

    def _judged(self, raw: bytes, where: str) -> Event:
        try:
            return self._judge.event(raw)
        except NotLandable as refused:
            if refused.reason == "too_large":
                raise Refused(413, refused.reason, where + refused.detail) from None
            raise Unreadable(where + refused.detail, refused.reason) from None

    async def _webhook(self, name: str, scope: Scope, receive: Receive) -> Outcome:
        door = self._doors.get(name)
        if door is None:
            raise Refused(404, "unknown_door", "no such door")
        _check_method(scope, door.scheme.methods)
        headers = Headers(scope=scope)
        if scope["method"] == "POST" and media_type(headers) not in ("", *door.scheme.media_types):
            raise Refused(415, "unsupported_type", f"this door takes {', '.join(door.scheme.media_types)}")
        return self._opened(door, await _call(scope, headers, receive))

    def _opened(self, door: Door, call: Call) -> Outcome:
        opened = door.scheme.open(call)
        at = datetime.fromtimestamp(call.received_at, UTC)
        events = list(door.events(opened, at, self._secrets))
        outcome = "handshake" if opened.is_handshake else "accepted" if events else "ignored"
        return opened.answer or _taken(events), events, outcome

    async def _healthy(self, _request: Request) -> Response:
        return Response("ok\n", media_type="text/plain")

    async def _ready(self, _request: Request) -> Response:
        if await self._sender.is_ready():
            return Response("ok\n", media_type="text/plain")
        return Response("Kafka is away\n", 503, _RETRY_AFTER, "text/plain")

    async def _measured(self, _request: Request) -> Response:
        await self._gauge()
        return Response(self._metrics.text(), media_type=self._metrics.media_type)


def _check_method(scope: Scope, taken: tuple[str, ...]) -> None:
    if scope["method"] not in taken:
        allowed = ", ".join(taken)
        raise Refused(405, "wrong_method", f"this door takes {allowed}", {"allow": allowed})


async def _call(scope: Scope, headers: Headers, receive: Receive) -> Call:
    body = await _body(headers.get("content-length", ""), receive)
    return Call(scope["method"], headers, scope["query_string"], body, time.time())


async def _body(length: str, receive: Receive) -> bytes:
    """The body; reading stops at the limit, and the connection is closed on what would still come."""
    too_large = Refused(413, "too_large", f"a call has at most {MAX_BYTES} bytes", _CLOSE)
    if length.isdecimal() and int(length) > MAX_BYTES:
        raise too_large
    body = b""
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise _Disconnected
                chunk = message.get("body", b"")
                if len(body) + len(chunk) > MAX_BYTES:
                    raise too_large
                body = body + chunk if body else chunk
                if not message.get("more_body", False):
                    return bytes(body)
    except TimeoutError:
        raise Refused(408, "too_slow", f"the body took over {_BODY_SECONDS} seconds", _CLOSE) from None


async def _say(send: Send, status: int, answer: Answer, headers: dict[str, str] | None) -> None:
    found = [(b"content-length", b"%d" % len(answer.body)), (b"content-type", answer.media_type.encode("latin-1"))]
    found += [(name.encode("latin-1"), value.encode("latin-1")) for name, value in (headers or {}).items()]
    await send({"type": "http.response.start", "status": status, "headers": found})
    await send({"type": "http.response.body", "body": answer.body})


def _taken(events: list[Event]) -> Answer:
    return Answer(msgspec.json.encode({"accepted": len(events)}), _JSON)


def _refusal(outcome: str, detail: str) -> Answer:
    return Answer(msgspec.json.encode({"error": outcome, "detail": detail}), _JSON)
