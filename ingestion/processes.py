"""Worker processes: started from a line of Python, reached by a pipe whose closing ends them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from multiprocessing.connection import Connection


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
