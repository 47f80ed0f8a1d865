"""The server's addresses: `/`, `/tables`, `/tables/<name>`, `/query`; each asks for the token first (401).

A call goes through in this order: token 401, address 404, method 405, body 413, format 406, unchanged 304, its turn
503, SQL 400, time 504. What goes wrong once rows are on their way breaks the connection off: an answer that was cut
never looks whole.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs

import duckdb
import structlog
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from ingestion.errors import UplogError
from ingestion.http.logs import place
from ingestion.settings import Settings
from publishing.published import published_file
from publishing.serve.access import may_ask
from publishing.serve.answers import MEDIA_TYPES
from publishing.serve.question import LISTING, Question
from publishing.serve.refusals import SHARED, Refused, as_refused, said
from publishing.serve.settings import ServeSettings
from publishing.tables import as_json

_MOST_BYTES = 65_536
_CHALLENGE = {"www-authenticate": 'Basic realm="uplog", charset="UTF-8"'}
_log = structlog.get_logger()
_Found = TypeVar("_Found")
_Ask = Callable[[Question], Iterator[bytes]]


class Server:
    """The ASGI application over `published/<file>.duckdb`; questions spill below `spill`."""

    def __init__(self, settings: Settings, serving: ServeSettings, file: str, token: bytes, spill: Path) -> None:
        self._settings = settings
        self._serving = serving
        self._file = file
        self._token = token
        self._spill = spill
        self._asked = 0
        self._turns = asyncio.Semaphore(serving.queries)
        self._threads = ThreadPoolExecutor(serving.queries, thread_name_prefix="question")
        self._routes = Starlette(
            routes=[
                Route("/", self._start),
                Route("/tables", self._tables),
                Route("/tables/{name}", self._table),
                Route("/query", self._query, methods=["GET", "POST"]),
            ],
            exception_handlers={
                HTTPException: _unknown,
                Refused: _refused,
                UplogError: _failed,
                ClientDisconnect: _gone,
            },
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._routes(scope, receive, send)
            return
        began, status = time.perf_counter(), 0

        async def noting(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        if may_ask(Headers(scope=scope).get("authorization", ""), self._token):
            await self._routes(scope, receive, noting)
        else:
            detail = "give the token, as a bearer's or as the password of HTTP Basic"
            await Refused(401, "no_access", detail, _CHALLENGE).response()(scope, receive, noting)
        say = _log.debug if status < 400 else _log.warning
        say("call", address=_address(scope["path"]), status=status, ms=round((time.perf_counter() - began) * 1000, 1))

    async def _start(self, _request: Request) -> Response:
        source = published_file(self._settings, self._file)
        addresses = ["/tables", "/tables/<name>", "/query?sql=<select>"]
        found = {"file": self._file, "build": source.parent.name, "addresses": addresses, "formats": [*MEDIA_TYPES]}
        return Response(as_json(found) + "\n", headers=SHARED, media_type="application/json")

    async def _tables(self, request: Request) -> _Answer:
        def ask(question: Question) -> Iterator[bytes]:
            return iter([as_json([asdict(table) for table in question.tables()]).encode() + b"\n"])

        return self._answer(request, ask, "json")

    async def _table(self, request: Request) -> _Answer:
        name, format = request.path_params["name"], _format(request)
        return self._answer(request, lambda question: question.table(name, format), format)

    async def _query(self, request: Request) -> _Answer:
        sql, format = await _sql(request), _format(request)
        return self._answer(request, lambda question: question.rows(sql, format), format)

    def _answer(self, request: Request, ask: _Ask, format: str) -> _Answer:
        source = published_file(self._settings, self._file)
        # an erasure writes the files of a build anew
        tag = f'"{source.parent.name}.{source.stat().st_mtime_ns:x}"'
        headers = {**SHARED, "etag": tag, "uplog-build": source.parent.name, "content-type": MEDIA_TYPES[format]}
        known = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
        if request.method != "POST" and tag in known:
            raise Refused(304, "unchanged", "", headers)
        self._asked += 1
        question = Question(source, self._spill / str(self._asked), self._serving)
        return _Answer(question, ask, headers, self._serving, self._turns, self._threads)


class _Answer(Response):
    """Runs a question when it is its turn and sends what it gives; ends it when time is up or its asker has gone."""

    def __init__(
        self,
        question: Question,
        ask: _Ask,
        headers: dict[str, str],
        serving: ServeSettings,
        turns: asyncio.Semaphore,
        threads: ThreadPoolExecutor,
    ) -> None:
        super().__init__(headers=headers)
        del self.headers["content-length"]
        self._question = question
        self._ask = ask
        self._serving = serving
        self._turns = turns
        self._threads = threads
        self._is_begun = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        work = asyncio.create_task(self._work(scope, receive, send))
        leaving = asyncio.create_task(_left(receive))
        try:
            await asyncio.wait({work, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (work, leaving):
                task.cancel()
            await asyncio.wait({work, leaving})
        if not work.cancelled():
            work.result()

    async def _work(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with asyncio.timeout(self._serving.wait_seconds):
                await self._turns.acquire()
        except TimeoutError:
            detail = f"{self._serving.queries} questions run already; ask again"
            await Refused(503, "busy", detail, {"retry-after": "5"}).response()(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self._serving.query_seconds):
                await self._sent(scope["method"] == "HEAD", send)
        except TimeoutError:
            detail = f"the answer took over {self._serving.query_seconds:g} seconds; ask for less"
            await self._refuse(Refused(504, "too_slow", detail), scope, receive, send)
        except UplogError as wrong:
            await self._refuse(as_refused(wrong), scope, receive, send)
        except (duckdb.Error, OSError) as wrong:  # Arrow gives DuckDB's errors as OSError
            await self._refuse(as_refused(said(wrong)), scope, receive, send)
        except Exception as wrong:
            _log.error("unexpected", at=place(wrong))
            detail = "unexpected; try another format, and see the server's log"
            await self._refuse(Refused(500, "error", detail), scope, receive, send)
        finally:
            self._turns.release()

    async def _refuse(self, refused: Refused, scope: Scope, receive: Receive, send: Send) -> None:
        """Says so, or where rows are on their way already, returns: uvicorn then breaks the connection off."""
        if self._is_begun:
            _log.warning("cut", error=refused.error, detail=refused.detail)
        else:
            await refused.response()(scope, receive, send)

    async def _sent(self, is_head: bool, send: Send) -> None:
        try:
            parts = await self._step(lambda: self._ask(self._question))
            part = await self._step(lambda: next(parts, None))
            self._is_begun = True
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            while part is not None and not is_head:
                await send({"type": "http.response.body", "body": part, "more_body": True})
                part = await self._step(lambda: next(parts, None))
        finally:
            await self._step(self._question.close)
        await send({"type": "http.response.body", "body": b""})

    async def _step(self, step: Callable[[], _Found]) -> _Found:
        """One step in a thread; a cancelled one is interrupted and waited for, since its connection is closed next."""
        running = asyncio.get_running_loop().run_in_executor(self._threads, step)
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            while not running.done():
                self._question.interrupt()
                await asyncio.wait([running], timeout=0.05)
            running.exception()
            raise


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _sql(request: Request) -> str:
    if request.method != "POST":
        sql = request.query_params.get("sql", "")
    else:
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > _MOST_BYTES:
                raise Refused(413, "too_large", f"a question has at most {_MOST_BYTES} bytes", {"connection": "close"})
        try:
            sql = body.decode()
        except UnicodeDecodeError:
            raise Refused(400, "unreadable", "send the SQL as UTF-8") from None
        if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            sql = parse_qs(sql).get("sql", [""])[0]
    if not sql.strip():
        raise Refused(400, "no_sql", "give sql=…, or post the SQL as the body")
    return sql


def _format(request: Request) -> str:
    asked = request.query_params.get("format")
    if asked is None:
        taken = [part.partition(";")[0].strip().lower() for part in request.headers.get("accept", "").split(",")]
        kinds = {type.partition(";")[0]: format for format, type in MEDIA_TYPES.items()}
        return next((kinds[type] for type in taken if type in kinds), "json")
    if asked not in MEDIA_TYPES:
        raise Refused(406, "unknown_format", f"format is one of {', '.join(MEDIA_TYPES)}")
    return asked


def _address(path: str) -> str:
    """What may be logged: a name somebody invented is none of ours."""
    return path if path in ("/", "/tables", "/query") else "/tables/<name>" if path.startswith("/tables/") else "other"


async def _refused(_request: Request, wrong: Any) -> Response:
    answer: Response = wrong.response()
    if wrong.status == 304:
        answer = Response(status_code=304, headers=wrong.headers)
    return answer


async def _failed(_request: Request, wrong: Any) -> Response:
    return as_refused(wrong).response()


async def _gone(_request: Request, _wrong: Any) -> Response:
    return Response(status_code=400)


async def _unknown(_request: Request, wrong: Any) -> Response:
    detail = f"no such address; {LISTING}" if wrong.status_code == 404 else "this address takes other methods"
    name = "unknown_address" if wrong.status_code == 404 else "wrong_method"
    return Refused(wrong.status_code, name, detail, dict(wrong.headers or {})).response()
