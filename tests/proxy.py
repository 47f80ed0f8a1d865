"""A broker behind a TCP proxy that cuts, slows, silences or swallows what passes.

The broker advertises the proxy's address, so that clients never find a way around it. Kafka's messages are a length
and so many bytes; a request begins with its kind, version and number, an answer with the number of its request.
"""

from __future__ import annotations

import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ingestion import broker
from ingestion.settings import Settings

PRODUCE, FETCH = 0, 1


class Proxy:
    """What it does to connections is set while it runs; every fault counts itself in `faults`."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self.target: tuple[str, int] = ("127.0.0.1", 0)
        self.cut_at_fetch = 0
        """Cut a connection in the middle of this answer to Fetch, counted from 1; 0: never."""
        self.delay = 0.0
        """Seconds before an answer goes on."""
        self.is_silent = False
        """Nothing passes either way; connections stay."""
        self.is_refusing = False
        """New connections are closed at once."""
        self.swallow = 0
        """How many answers to Produce are still to be swallowed, their connections cut."""
        self.faults = 0
        self._connections: set[socket.socket] = set()
        self._is_closed = False
        threading.Thread(target=self._accept, daemon=True).start()

    def cut_all(self) -> None:
        """End every connection there is."""
        for one in list(self._connections):
            _end(one)

    def close(self) -> None:
        self._is_closed = True
        self._listener.close()
        self.cut_all()

    def _accept(self) -> None:
        while not self._is_closed:
            with suppress(OSError):
                client, _ = self._listener.accept()
                if self.is_refusing:
                    _end(client)
                    continue
                try:
                    server = socket.create_connection(self.target, timeout=5)
                except OSError:
                    _end(client)
                    continue
                server.settimeout(None)
                _Connection(self, client, server)


class _Connection:
    def __init__(self, proxy: Proxy, client: socket.socket, server: socket.socket) -> None:
        self._proxy = proxy
        self._client, self._server = client, server
        self._asked: dict[bytes, int] = {}
        proxy._connections |= {client, server}
        for pump in (self._up, self._down):
            threading.Thread(target=self._until_cut, args=(pump,), daemon=True).start()

    def _until_cut(self, pump: object) -> None:
        with suppress(OSError, EOFError):
            pump()  # type: ignore[operator]
        for one in (self._client, self._server):
            self._proxy._connections.discard(one)
            _end(one)

    def _up(self) -> None:
        while True:
            message = _message(self._client)
            self._wait_while_silent()
            self._asked[message[8:12]] = int.from_bytes(message[4:6], "big")
            self._server.sendall(message)

    def _down(self) -> None:
        fetched = 0
        while True:
            message = _message(self._server)
            self._wait_while_silent()
            time.sleep(self._proxy.delay)
            kind = self._asked.pop(message[4:8], None)
            fetched += kind == FETCH
            if self._proxy.swallow and kind == PRODUCE:
                self._proxy.swallow -= 1
                self._proxy.faults += 1
                raise EOFError
            if kind == FETCH and fetched == self._proxy.cut_at_fetch:
                self._proxy.faults += 1
                self._client.sendall(message[: len(message) // 2])
                raise EOFError
            self._client.sendall(message)

    def _wait_while_silent(self) -> None:
        while self._proxy.is_silent:
            time.sleep(0.02)


def _message(from_: socket.socket) -> bytes:
    head = _exactly(from_, 4)
    return head + _exactly(from_, int.from_bytes(head, "big"))


def _exactly(from_: socket.socket, count: int) -> bytes:
    found = bytearray()
    while len(found) < count:
        part = from_.recv(count - len(found))
        if not part:
            raise EOFError
        found += part
    return bytes(found)


def _end(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()


class BehindProxy:
    """An embedded broker's process that only the proxy reaches."""

    def __init__(self, home: Path) -> None:
        self.proxy = Proxy()
        self.settings = Settings(home=home, kafka_bootstrap=self.proxy.address, landing_workers=0)
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """A broker that knows nothing of an earlier one, at a port of its own."""
        command, bootstrap = broker._command(None)
        command[command.index("--advertised-listener-url") + 1] = f"tcp://{self.proxy.address}"
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        host, _, port = bootstrap.partition(":")
        self.proxy.target = (host, int(port))
        until = time.monotonic() + 10
        while time.monotonic() < until:
            with suppress(OSError), socket.create_connection(self.proxy.target, timeout=1):
                return
            time.sleep(0.02)
        raise AssertionError("no broker")

    def kill(self) -> None:
        """What it held is gone."""
        assert self._process
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()


@contextmanager
def behind_proxy(home: Path) -> Iterator[BehindProxy]:
    found = BehindProxy(home)
    try:
        yield found
    finally:
        found.proxy.close()
        found.kill()
