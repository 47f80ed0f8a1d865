"""The sockets that workers listen at: one each on the same address, between which the kernel shares out connections.

A single socket would not do: whichever worker wakes first accepts all that wait, and calls that keep their connection
would stay with it.
"""

from __future__ import annotations

import socket

from ingestion.errors import UplogError

_BACKLOG = 1024


def listening(host: str, port: int, workers: int, prefix: str) -> list[socket.socket]:
    """As many listening sockets as workers; port 0 takes a free one. One where the system cannot share an address.

    Raises:
        UplogError: the address is taken, or is none; names the settings, which begin with `prefix`.
    """
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        alone = socket.create_server((host, port), family=family, backlog=_BACKLOG)
        if workers == 1 or not hasattr(socket, "SO_REUSEPORT"):
            return [alone]
        address = alone.getsockname()[:2]  # that nobody else listens there is certain now
        alone.close()
        return [socket.create_server(address, family=family, backlog=_BACKLOG, reuse_port=True) for _ in range(workers)]
    except OSError as wrong:
        raise UplogError(
            f"{host}:{port} cannot be listened at: {wrong.strerror or 'no such host'}",
            f"set {prefix}_HOST and {prefix}_PORT",
        ) from None
