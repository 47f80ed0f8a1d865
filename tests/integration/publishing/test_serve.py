"""The server answers whoever has the token, from the current build alone, and nothing asked changes anything."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb
import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingestion.errors import UplogError, UsageError
from ingestion.settings import Settings
from publishing import layout
from publishing.serve.access import load_token, may_ask, token_path
from publishing.serve.app import Server
from publishing.serve.running import check
from publishing.serve.settings import ServeSettings

TOKEN = "a-token-of-thirty-characters-xx"
ENDLESS = "select count(*) from range(10000000) a, range(10000000) b where a.range + b.range = 7"


def publish(settings: Settings, build_id: str, value: int) -> None:
    draft = layout.draft(settings.published_path, build_id)
    for file in ("marts", "detail", "people"):
        with duckdb.connect(draft / f"{file}.duckdb") as connection:
            connection.execute(
                f"create table mart_one as select {value} as value, '=1+1' as note, 12.30::decimal(18,2) as money,"
                " timestamptz '2026-10-05 01:02:03Z' as started_at, ['a', '乙'] as tags, interval 1 day as lasts;"
                "create table canary as select 'alive' as state; create table mart_none (id bigint);"
                "create table mart_many as select range as id from range(250000);"
                "comment on table mart_one is 'Grain: one.'; comment on column mart_one.value is '值'"
            )
    layout.keep(settings.published_path, draft)
    layout.make_current(settings.published_path, build_id)


@pytest.fixture
def served(fresh: Settings) -> Settings:
    publish(fresh, "b1", 1)
    return fresh


def app(settings: Settings, **given: float) -> Server:
    spill = settings.home / "spill"
    spill.mkdir()
    return Server(settings, ServeSettings.model_validate(given), "marts", TOKEN.encode(), spill)


class Client:
    """Asks the application without a socket."""

    def __init__(self, asked: Server, **headers: str) -> None:
        self._asked = asked
        self._headers = headers

    def request(self, method: str, address: str, **call: Any) -> httpx.Response:
        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(self._asked)
            async with httpx.AsyncClient(
                transport=transport, base_url="http://uplog", headers=self._headers, timeout=60
            ) as client:
                return await client.request(method, address, **call)

        return asyncio.run(asked())

    def get(self, address: str, **call: Any) -> httpx.Response:
        return self.request("GET", address, **call)

    def post(self, address: str, **call: Any) -> httpx.Response:
        return self.request("POST", address, **call)


@pytest.fixture
def client(served: Settings) -> Client:
    return Client(app(served), authorization=f"Bearer {TOKEN}")


def test_tables_are_described_and_a_table_is_answered_in_each_format(client: Client) -> None:
    (one,) = [table for table in client.get("/tables").json() if table["name"] == "mart_one"]
    assert (one["grain"], one["rows"]) == ("Grain: one.", 1)
    assert one["columns"][0] == {"name": "value", "type": "INTEGER", "description": "值"}

    assert client.get("/tables/mart_one").json() == [
        {
            "value": 1,
            "note": "=1+1",
            "money": 12.3,
            "started_at": "2026-10-05T01:02:03Z",
            "tags": ["a", "乙"],
            "lasts": "1 day",
        }
    ]
    text = client.get("/tables/mart_one", headers={"accept": "text/csv"}).content
    assert text.startswith(b"\xef\xbb\xbf")
    assert b'"\'=1+1",12.30,2026-10-05 01:02:03' in text
    many = client.get("/tables/mart_many?format=parquet")
    assert pq.read_table(io.BytesIO(many.content)).column("id").to_pylist() == list(range(250_000))
    arrow = client.get("/tables/mart_many?format=arrow")
    assert pa.ipc.open_stream(arrow.content).read_all().column("id").to_pylist() == list(range(250_000))
    assert [row["id"] for row in client.get("/tables/mart_many").json()] == list(range(250_000))
    assert client.get("/tables/mart_none").json() == []
    one = pq.read_table(io.BytesIO(client.get("/tables/mart_one?format=parquet").content)).to_pylist()[0]
    assert (one["tags"], one["lasts"], one["started_at"].isoformat()) == (
        ["a", "乙"],
        "1 day",
        "2026-10-05T01:02:03+00:00",
    )


@pytest.mark.parametrize("file", ["/", "/tables", "/tables/mart_one", "/query?sql=select+1", "/nothing"])
def test_without_the_token_every_address_says_401(served: Settings, file: str) -> None:
    client = Client(app(served))
    for headers in ({}, {"authorization": f"Bearer {TOKEN}x"}, {"authorization": "Basic ***"}):
        answer = client.get(file, headers=headers)
        assert answer.status_code == 401
        assert "Basic" in answer.headers["www-authenticate"]
        assert "alive" not in answer.text
    assert client.get("/", auth=("excel", TOKEN)).status_code == 200


def test_a_first_start_makes_the_token_for_its_owner_alone_and_keeps_it(fresh: Settings) -> None:
    token = load_token(fresh, ServeSettings())
    path = token_path(fresh)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_token(fresh, ServeSettings()) == token
    assert may_ask(f"bearer {token.decode()}", token)
    assert not may_ask("Bearer ", token)
    path.chmod(0o644)
    with pytest.raises(UplogError, match="can be read by others: chmod 600"):
        load_token(fresh, ServeSettings())
    with pytest.raises(UsageError, match="too short"):
        load_token(fresh, ServeSettings.model_validate({"token": "short"}))


HOSTILE = [
    "select * from read_text('/etc/passwd')",
    "select * from '/etc/passwd'",
    "from read_csv_auto('/etc/passwd')",
    "select * from glob('/*')",
    "from query('select * from read_text(''/etc/passwd'')')",
    "with x as (from read_blob('/etc/passwd')) select * from x",
    "select (select content from read_text('/etc/passwd'))",
    "attach ':memory:' as other",
    "attach '{new}' as other",
    "copy canary to '{new}'",
    "copy (select 1) to '{new}' (format parquet)",
    "export database '{new}'",
    "install httpfs",
    "load httpfs",
    "set lock_configuration = false",
    "set enable_external_access = true",
    "pragma enable_profiling",
    "pragma threads = 4",
    "call enable_logging(storage = 'file', storage_path = '{new}')",
    "from enable_logging(storage = 'file', storage_path = '{new}')",
    "from ENABLE_LOGGING()",
    "from checkpoint('published')",
    "drop table canary",
    "delete from canary",
    "update canary set state = 'dead'",
    "insert into canary values ('dead')",
    "create table other as select 1",
    "create temp table other as select 1",
    "select 1; drop table canary",
    "select 1; select 2",
    'select * from "canary"; drop table "canary"; --"',
    'select "a""b" from canary',
    f'select "{"x" * 1_000}" from canary',
    f'from "{"ä" * 1_000}"',
    "select * from \"read_text\"('/etc/passwd')",
    "explain analyze delete from canary",
    "begin",
    "detach published",
    "prepare x as select 1",
    "select 1 as a, 2 as a",
    "ｓｅｌｅｃｔ 1",
    "select '\ud7ff\x00'",
    "",
    ";",
    "-- nothing",
]


@pytest.mark.parametrize("sql", HOSTILE)
def test_hostile_sql_is_refused_in_one_line_and_changes_nothing(
    client: Client, served: Settings, tmp_path: Path, sql: str
) -> None:
    new = tmp_path / "new"
    before = (served.published_path / "marts.duckdb").read_bytes()
    for answer in (
        client.post("/query", content=sql.replace("{new}", str(new)).encode()),
        client.get(f"/query?sql={quote(sql.replace('{new}', str(new)))}"),
    ):
        assert answer.status_code == 400, answer.text
        assert set(answer.json()) == {"error", "detail"}
        assert "\n" not in answer.json()["detail"]
        assert len(answer.json()["detail"]) <= 500
        assert "root:" not in answer.text
    assert not new.exists()
    assert client.post("/query", content="from canary").json() == [{"state": "alive"}]
    assert (served.published_path / "marts.duckdb").read_bytes() == before


@pytest.mark.parametrize("name", ['mart_one"; drop table canary; --', 'a""b', "ä" * 1_000, "select", "duckdb_settings"])
def test_a_table_that_is_none_says_404(client: Client, name: str) -> None:
    answer = client.get(f"/tables/{quote(name, safe='')}")
    assert answer.status_code == 404
    assert answer.json()["error"] == "unknown_table"
    assert client.get("/tables/canary").json() == [{"state": "alive"}]


@pytest.mark.parametrize("sql", ["from canary", "describe canary", "summarize canary", "with x as (select 1 a) from x"])
def test_selects_of_every_kind_are_answered(client: Client, sql: str) -> None:
    assert len(client.post("/query", data={"sql": sql}).json()) == 1


def test_an_answer_is_kept_until_the_next_publication_or_erasure(client: Client, served: Settings) -> None:
    first = client.get("/tables/mart_one")
    known = {"if-none-match": first.headers["etag"]}
    assert first.headers["uplog-build"] == "b1"
    assert client.get("/tables/mart_one", headers=known).status_code == 304
    publish(served, "b2", 2)
    second = client.get("/tables/mart_one", headers=known)
    assert second.json()[0]["value"] == 2
    path = (served.published_path / "marts.duckdb").resolve()
    with duckdb.connect(path.with_name("new.duckdb")) as connection:
        connection.execute("create table mart_one as select 3 as value")
    path.with_name("new.duckdb").replace(path)
    answer = client.get("/tables/mart_one", headers={"if-none-match": second.headers["etag"]})
    assert answer.json() == [{"value": 3}]


def test_a_question_over_its_time_is_ended_and_said(served: Settings) -> None:
    client = Client(app(served, query_seconds=0.5), authorization=f"Bearer {TOKEN}")
    began = time.monotonic()
    answer = client.post("/query", content=ENDLESS)
    assert (answer.status_code, answer.json()["error"]) == (504, "too_slow")
    assert time.monotonic() - began < 5
    assert client.get("/tables/canary").status_code == 200


def test_a_question_over_its_memory_is_ended_and_said(served: Settings) -> None:
    client = Client(app(served, memory_mb=64), authorization=f"Bearer {TOKEN}")
    answer = client.post("/query", content="select list(range::varchar || 'xxxxxxxxxxxxxx') as a from range(9000000)")
    assert answer.status_code == 400
    assert "more memory" in answer.json()["detail"]


def test_a_question_while_all_turns_are_taken_says_when_to_ask_again(served: Settings) -> None:
    async def both() -> tuple[httpx.Response, httpx.Response]:
        transport = httpx.ASGITransport(app(served, queries=1, wait_seconds=0.1, query_seconds=1.5))
        headers = {"authorization": f"Bearer {TOKEN}"}
        async with httpx.AsyncClient(transport=transport, base_url="http://uplog", headers=headers) as client:
            slow = asyncio.create_task(client.post("/query", content=ENDLESS))
            await asyncio.sleep(0.5)
            return await client.get("/tables/canary"), await slow

    busy, slow = asyncio.run(both())
    assert (busy.status_code, busy.json()["error"]) == (503, "busy")
    assert int(busy.headers["retry-after"]) > 0
    assert slow.status_code == 504


def test_wrong_calls_say_what_is_taken(client: Client) -> None:
    assert client.get("/nothing").json()["error"] == "unknown_address"
    assert client.request("DELETE", "/query").json()["error"] == "wrong_method"
    assert client.get("/tables/mart_one?format=xml").status_code == 406
    assert client.post("/query", content=b"x" * 70_000).status_code == 413
    assert client.post("/query", content=b"\xff").json()["error"] == "unreadable"


def test_people_are_never_served_and_nothing_published_says_so(fresh: Settings) -> None:
    with pytest.raises(UsageError, match="never served"):
        check(fresh, "people")
    with pytest.raises(UplogError, match="uplog publish"):
        check(fresh, "marts")


def test_a_server_ends_the_question_of_who_hangs_up_and_stops_by_sigterm(served: Settings) -> None:
    environment = {**os.environ, "UPLOG_SERVE_QUERIES": "1"}
    command = [Path(sys.executable).with_name("uplog"), "serve", "--port", "0"]
    running = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        assert running.stderr is not None
        line = running.stderr.readline()
        said = []
        reading = threading.Thread(target=lambda: said.extend(running.stderr or ()))
        reading.start()
        token = token_path(served).read_text(encoding="utf-8").strip()
        address = line.split('"address":"', 1)[1].split('"', 1)[0]
        with httpx.Client(base_url=address, auth=("excel", token), timeout=0.5) as client:
            with pytest.raises(httpx.ReadTimeout):
                client.post("/query", content=ENDLESS)
            began = time.monotonic()
            assert client.get("/tables/canary", timeout=10).json() == [{"state": "alive"}]
            assert time.monotonic() - began < 5, "the one turn was given back when the asker hung up"
        running.send_signal(signal.SIGTERM)
        assert running.wait(timeout=10) == 0
        reading.join()
        assert token not in line + "".join(said)
        assert not list(served.home.glob("*.spill"))
    finally:
        running.kill()
        running.wait()
        running.stderr.close() if running.stderr else None
