"""Worker processes: started from a line of Python, reached by a pipe whose closing ends them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from multiprocessing.connection import Connection
from types import ModuleType


def started(code: str) -> tuple[subprocess.Popen[bytes], Connection]:
    """A process that runs `code`, and our end of its pipe; the handle of its own end is its last argument."""
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(theirs.fileno())],
            pass_fds=(theirs.fileno(),),
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for us, who end our workers
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        )
    return process, Connection(ours.detach())


def own_pipe() -> Connection:
    """Within such a process: its end of the pipe."""
    return Connection(int(sys.argv[1]))


def without_pandas() -> None:
    """Hides pandas from a process that has no use for it.

    pyarrow loads it with the first list it is given, to see whether that is one of its series: as long as decoding
    30,000 records takes.
    """
    sys.meta_path.insert(0, _NoPandas())


class _NoPandas(MetaPathFinder):
    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
        if name == "pandas":
            raise ModuleNotFoundError("pandas is not used in this process", name=name)
