"""The collector's addresses: `/events`, `/webhooks/<vendor>`, `/healthz`, `/readyz`, `/metrics`.

A call goes through in this order: address 404, method 405, type 415, size 413, signature 401, content 422, Kafka 503.
2xx is said only after the broker has acknowledged every event of the call; of a call with several events either all
are sent or none.
"""

from __future__ import annotations

import asyncio
import time
import traceback
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import structlog
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from ingestion.collector.calls import Answer, Call, Refused, Unreadable
from ingestion.collector.cloudevents import events_in, is_taken, media_type
from ingestion.collector.doors import EVENTS, Door, open_doors
from ingestion.collector.metrics import Metrics
from ingestion.collector.sender import Sender, Unavailable
from ingestion.collector.settings import CollectorSettings
from ingestion.collector.vendors.standard import Standard
from ingestion.events import MAX_BYTES, Event
from ingestion.lander.reasons import Refused as NotLandable
from ingestion.personal.secrets import load_secrets
from ingestion.readers.envelopes import Judge
from ingestion.settings import Settings
from ingestion.topics import CONTROL

_RETRY_AFTER = {"retry-after": "2"}
_CLOSE = {"connection": "close"}
_BODY_SECONDS = 30
_JSON = "application/json"
_log = structlog.get_logger()
Outcome = tuple[Answer, list[Event], str]


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
        self.app = Starlette(
            routes=[
                Route("/events", self._answered(self._whole_events), methods=["POST"]),
                Route("/webhooks/{door}", self._answered(self._webhook), methods=["GET", "POST"]),
                Route("/healthz", self._healthy),
                Route("/readyz", self._ready),
                Route("/metrics", self._measured),
            ],
            lifespan=self._lifespan,
        )

    @property
    def open_doors(self) -> tuple[str, ...]:
        """The addresses that answer, `/events` first."""
        return (*(["/events"] if self._events_door else []), *(f"/webhooks/{name}" for name in self._doors))

    @asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        await self._sender.start()
        yield
        await self._sender.stop()

    def _answered(self, handle: Callable[[Request], Awaitable[Outcome]]) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            began = time.perf_counter()
            door = self._label(request)
            events: list[Event] = []
            detail = {}
            try:
                answer, events, outcome = await handle(request)
                if events:
                    await self._sender.send(events)
                response = Response(answer.body, media_type=answer.media_type)
            except Refused as refused:
                outcome, detail = refused.outcome, {"detail": refused.detail}
                response = _refusal(refused.status, refused.outcome, refused.detail, refused.headers)
            except Unavailable:
                outcome = "unavailable"
                response = _refusal(503, outcome, "Kafka is away; send again", _RETRY_AFTER)
            except ClientDisconnect:
                outcome = "disconnected"
                response = Response(status_code=400)
            except Exception as wrong:
                outcome, detail = "error", {"detail": _place(wrong)}
                response = _refusal(500, outcome, "unexpected; see the collector's log", None)
            seconds = time.perf_counter() - began
            self._count(door, outcome, response.status_code, events, seconds)
            say = _log.info if response.status_code == 200 else _log.warning
            ms = round(seconds * 1000, 1)
            say("call", door=door, outcome=outcome, status=response.status_code, events=len(events), ms=ms, **detail)
            return response

        return endpoint

    def _label(self, request: Request) -> str:
        door = request.path_params.get("door")
        if door is None:
            return EVENTS
        return door if door in self._doors else "unknown"

    def _count(self, door: str, outcome: str, status: int, events: list[Event], seconds: float) -> None:
        self._metrics.calls.labels(door, outcome).inc()
        self._metrics.seconds.labels(door).observe(seconds)
        if status == 200:
            for topic, count in Counter(event.topic for event in events).items():
                self._metrics.events.labels(topic).inc(count)

    async def _whole_events(self, request: Request) -> Outcome:
        if self._events_door is None:
            raise Refused(404, "unknown_door", "no such door")
        found = media_type(request.headers)
        if not is_taken(found, request.headers):
            raise Refused(415, "unsupported_type", "send a CloudEvent: structured, batched or binary, in JSON")
        call = await _call(request)
        self._events_door.check(call)
        raws = events_in(found, call.headers, call.body)
        events = [self._judged(raw, f"[{n}]." if len(raws) > 1 else "") for n, raw in enumerate(raws)]
        return _taken(events), events, "accepted"

    def _judged(self, raw: bytes, where: str) -> Event:
        try:
            event = self._judge.event(raw)
        except NotLandable as refused:
            if refused.reason == "too_large":
                raise Refused(413, refused.reason, where + refused.detail) from None
            raise Unreadable(where + refused.detail, refused.reason) from None
        if event.topic == CONTROL:  # nobody outside may say who is to be forgotten
            raise Unreadable(f"{where}type: not taken from outside", "type_unknown")
        return event

    async def _webhook(self, request: Request) -> Outcome:
        door = self._doors.get(request.path_params["door"])
        if door is None:
            raise Refused(404, "unknown_door", "no such door")
        if request.method not in door.scheme.methods:
            allowed = {"allow": ", ".join(door.scheme.methods)}
            raise Refused(405, "wrong_method", f"this door takes {allowed['allow']}", allowed)
        if request.method == "POST" and media_type(request.headers) not in ("", *door.scheme.media_types):
            raise Refused(415, "unsupported_type", f"this door takes {', '.join(door.scheme.media_types)}")
        return self._opened(door, await _call(request))

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
        self._metrics.pending.set(self._sender.pending_events)
        self._metrics.broker_up.set(await self._sender.is_ready())
        return Response(self._metrics.text(), media_type=self._metrics.media_type)


async def _call(request: Request) -> Call:
    return Call(request.method, request.headers, request.query_params, await _body(request), time.time())


async def _body(request: Request) -> bytes:
    """The body; reading stops at the limit, and the connection is closed on what would still come."""
    too_large = Refused(413, "too_large", f"a call has at most {MAX_BYTES} bytes", _CLOSE)
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > MAX_BYTES:
        raise too_large
    body = bytearray()
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > MAX_BYTES:
                    raise too_large
    except TimeoutError:
        raise Refused(408, "too_slow", f"the body took over {_BODY_SECONDS} seconds", _CLOSE) from None
    return bytes(body)


def _place(wrong: Exception) -> str:
    """What went wrong and where, without the message: it may quote a value."""
    last = traceback.extract_tb(wrong.__traceback__)[-1]
    return f"{type(wrong).__name__} at {Path(last.filename).name}:{last.lineno}"


def _taken(events: list[Event]) -> Answer:
    return Answer(msgspec.json.encode({"accepted": len(events)}), _JSON)


def _refusal(status: int, outcome: str, detail: str, headers: dict[str, str] | None) -> Response:
    body = msgspec.json.encode({"error": outcome, "detail": detail})
    return Response(body, status, headers, _JSON)
